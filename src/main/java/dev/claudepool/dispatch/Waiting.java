package dev.claudepool.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a queued task waits.
 *
 * @param reason what it waits for
 * @param since when it came into the queue, or when the queue was paused, if that is later
 * @param until when this reason ends by itself, where that is known
 * @param position its place in the queue, from 1; null behind the first 1,000. Tasks before it that wait for something
 *     else do not keep it waiting
 * @param detail the reason in words
 */
public record Waiting(
        WaitingReason reason,
        Instant since,
        @Nullable Instant until,
        @Nullable Integer position,
        String detail) {}
