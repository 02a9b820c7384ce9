/** The queue of tasks: rank, claim, hold, pause, settle, and the attempts at them. */
@NullMarked
package dev.claudepool.queue;

import org.jspecify.annotations.NullMarked;
