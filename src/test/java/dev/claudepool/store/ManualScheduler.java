package dev.claudepool.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Runs what is due on the thread of the test, when the test lets time pass; a clock moves on with it. Thread-safe, but
 * one thread lets time pass.
 */
public final class ManualScheduler implements Scheduler {

    private final SettableClock clock;
    private final List<Scheduled> scheduled = new ArrayList<>();
    private final Signals signals = new Signals();

    public ManualScheduler(SettableClock clock) {
        this.clock = clock;
    }

    @Override
    public void schedule(Duration delay, Runnable action) {
        synchronized (this) {
            scheduled.add(new Scheduled(clock.nanos() + delay.toNanos(), action));
        }
        signals.tell();
    }

    /** Lets time pass, and runs what is due by then, in its order. */
    public void advance(Duration time) {
        long end = clock.nanos() + time.toNanos();
        for (Optional<Scheduled> next = next(end); next.isPresent(); next = next(end)) {
            run(next.get());
        }
        moveTo(end);
    }

    /** Waits until something is scheduled. */
    public void awaitScheduled() throws InterruptedException {
        signals.await("something is scheduled", () -> count() > 0);
    }

    /** Waits until something is scheduled, lets the time pass until it is due, and runs it. */
    public void runNext() throws InterruptedException {
        awaitScheduled();
        run(next(Long.MAX_VALUE).orElseThrow());
    }

    private void run(Scheduled due) {
        moveTo(due.at);
        due.action.run();
    }

    private void moveTo(long nanos) {
        clock.advance(Duration.ofNanos(Math.max(0, nanos - clock.nanos())));
    }

    private synchronized Optional<Scheduled> next(long end) {
        Optional<Scheduled> next =
                scheduled.stream().filter(one -> one.at <= end).min(Comparator.comparingLong(Scheduled::at));
        next.ifPresent(scheduled::remove);
        return next;
    }

    /** The number of actions that are not run yet. */
    public synchronized int count() {
        return scheduled.size();
    }

    /** @param at the time that has passed by then, in nanoseconds */
    private record Scheduled(long at, Runnable action) {}
}
