/** Ordered steps, each of which becomes a task once those are done that it needs. */
@NullMarked
package dev.claudepool.chain;

import org.jspecify.annotations.NullMarked;
