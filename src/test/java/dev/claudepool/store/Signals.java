package dev.claudepool.store;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Lets a test wait for what other threads do, which tell of every step; nobody looks again and again. Thread-safe. */
public final class Signals {

    private static final Duration LONGEST = Duration.ofSeconds(20);

    private long steps;

    /** Something has happened. */
    public synchronized void tell() {
        steps++;
        notifyAll();
    }

    /**
     * Waits until {@code condition} holds, at which it looks after each step, with no lock held.
     *
     * @param expected says what is waited for
     */
    public void await(String expected, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        long seen = steps();
        while (!condition.getAsBoolean()) {
            awaitStep(expected, seen, deadline);
            seen = steps();
        }
    }

    private synchronized long steps() {
        return steps;
    }

    private synchronized void awaitStep(String expected, long seen, long deadline) throws InterruptedException {
        while (steps == seen) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new AssertionError("It never happened that " + expected);
            }
            wait(left);
        }
    }
}
