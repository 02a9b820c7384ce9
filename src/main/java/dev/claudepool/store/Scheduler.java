package dev.claudepool.store;

import java.time.Duration;

/** Runs actions later. What is scheduled ends with the service. Thread-safe. */
public interface Scheduler {

    /**
     * Runs {@code action} once, on a thread of its own, when {@code delay} has really passed. What it throws is logged.
     */
    void schedule(Duration delay, Runnable action);
}
