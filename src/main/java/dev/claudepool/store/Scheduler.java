package dev.claudepool.store;

import java.time.Duration;

/** Runs actions later; what has not begun when the service stops never does. Thread-safe. */
public interface Scheduler {

    /**
     * Runs {@code action} once, on a thread of its own, when {@code delay} has passed, whatever happens to the wall
     * clock. What it throws is logged.
     */
    void schedule(Duration delay, Runnable action);
}
