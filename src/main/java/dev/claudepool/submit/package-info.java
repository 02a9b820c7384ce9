/** Accepts, lists, cancels and waits for tasks. */
@NullMarked
package dev.claudepool.submit;

import org.jspecify.annotations.NullMarked;
