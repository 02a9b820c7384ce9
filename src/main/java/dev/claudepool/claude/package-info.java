/**
 * One {@code claude} process: launch spec, stream-json codec, control requests, process tree; the only package that
 * starts {@code claude}.
 */
@NullMarked
package dev.claudepool.claude;

import org.jspecify.annotations.NullMarked;
