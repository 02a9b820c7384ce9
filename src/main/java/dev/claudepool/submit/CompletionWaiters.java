package dev.claudepool.submit;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventLog;
import dev.claudepool.store.ShutdownPhases;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets callers wait for the end of a task, chain or fan-out; woken by its events. Meanwhile it looks now and then
 * whether they are still there. When the service stops, all waits end, so that the web server need not wait for them.
 * Thread-safe.
 */
@Component
public class CompletionWaiters implements SmartLifecycle {

    /** After it, whoever waits looks whether its client is still there. */
    private static final Duration LOOKING_PERIOD = Duration.ofSeconds(1);

    private final Map<UUID, Set<Wait>> waits = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    CompletionWaiters(EventLog log) {
        log.listen(this::onEvent);
    }

    /**
     * Waits until it ends, the client's time is over, or the client is gone; {@code ended} says whether it has ended
     * already.
     */
    public void await(UUID awaited, ClientWait client, BooleanSupplier ended) throws InterruptedException {
        await(awaited, client, ended, LOOKING_PERIOD, () -> {});
    }

    /** The same; each time that {@code period} is over, the caller does something {@code meanwhile}. */
    public void await(UUID awaited, ClientWait client, BooleanSupplier ended, Duration period, Runnable meanwhile)
            throws InterruptedException {
        List<UUID> one = List.of(awaited);
        await(one, 1, client, () -> ended.getAsBoolean() ? one : List.of(), period, meanwhile);
    }

    /** Waits in the same way until {@code count} of these have ended; {@code ended} gives those that have already. */
    void await(Collection<UUID> awaited, int count, ClientWait client, Supplier<Collection<UUID>> ended)
            throws InterruptedException {
        await(awaited, count, client, ended, LOOKING_PERIOD, () -> {});
    }

    private void await(
            Collection<UUID> awaited,
            int count,
            ClientWait client,
            Supplier<Collection<UUID>> ended,
            Duration period,
            Runnable meanwhile)
            throws InterruptedException {
        Wait wait = new Wait(count);
        awaited.forEach(id -> add(id, wait));
        try {
            long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(client.atMost());
            ended.get().forEach(wait::onEnd);
            boolean waiting = !wait.isOver() && !stopped;
            while (waiting) {
                long left = end - System.nanoTime();
                long step = Math.min(left, TimeUnit.NANOSECONDS.convert(period));
                waiting = !wait.over.await(step, TimeUnit.NANOSECONDS) && left > step && !client.isAbandoned();
                if (waiting) {
                    meanwhile.run();
                }
            }
        } finally {
            awaited.forEach(id -> remove(id, wait));
        }
    }

    private void add(UUID id, Wait wait) {
        waits.compute(id, (_, others) -> {
            Set<Wait> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(wait);
            return all;
        });
    }

    private void remove(UUID id, Wait wait) {
        waits.computeIfPresent(id, (_, all) -> {
            all.remove(wait);
            return all.isEmpty() ? null : all;
        });
    }

    @Override
    public void start() {
        stopped = false;
    }

    @Override
    public void stop() {
        stopped = true;
        waits.values().forEach(all -> all.forEach(wait -> wait.over.countDown()));
    }

    @Override
    public boolean isRunning() {
        return !stopped;
    }

    @Override
    public int getPhase() {
        return ShutdownPhases.WAITERS;
    }

    private void onEvent(Event event, EventData data) {
        UUID ended = data.ends() ? event.subjectId() : null;
        if (ended != null) {
            waits.getOrDefault(ended, Set.of()).forEach(wait -> wait.onEnd(ended));
        }
    }

    /** A caller that waits until some subjects have ended. */
    private static final class Wait {

        private final int count;
        private final Set<UUID> ended = ConcurrentHashMap.newKeySet();
        private final CountDownLatch over = new CountDownLatch(1);

        Wait(int count) {
            this.count = count;
        }

        void onEnd(UUID id) {
            if (ended.add(id) && ended.size() >= count) {
                over.countDown();
            }
        }

        boolean isOver() {
            return over.getCount() == 0;
        }
    }
}
