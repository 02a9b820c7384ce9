package dev.claudepool.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Runs what is due on the thread of the test, when the test lets time pass. Thread-safe. */
public final class ManualScheduler implements Scheduler {

    private final List<Scheduled> scheduled = new ArrayList<>();
    private Duration now = Duration.ZERO;

    @Override
    public synchronized void schedule(Duration delay, Runnable action) {
        scheduled.add(new Scheduled(now.plus(delay), action));
    }

    /** Lets time pass, and runs what is due by then, in its order. */
    public void advance(Duration time) {
        Duration end = later(time);
        for (Optional<Runnable> next = next(end); next.isPresent(); next = next(end)) {
            next.get().run();
        }
    }

    private synchronized Duration later(Duration time) {
        now = now.plus(time);
        return now;
    }

    private synchronized Optional<Runnable> next(Duration end) {
        return scheduled.stream()
                .filter(one -> one.at.compareTo(end) <= 0)
                .min(Comparator.comparing(Scheduled::at))
                .map(one -> {
                    scheduled.remove(one);
                    return one.action;
                });
    }

    /** The number of actions that are not run yet. */
    public synchronized int count() {
        return scheduled.size();
    }

    private record Scheduled(Duration at, Runnable action) {}
}
