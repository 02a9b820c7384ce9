/** The queue of tasks: rank, claim, hold, pause, settle. */
@NullMarked
package dev.claudepool.queue;

import org.jspecify.annotations.NullMarked;
