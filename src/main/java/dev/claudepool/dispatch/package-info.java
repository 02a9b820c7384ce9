/** Turns a queued task into a running attempt, and settles it. */
@NullMarked
package dev.claudepool.dispatch;

import org.jspecify.annotations.NullMarked;
