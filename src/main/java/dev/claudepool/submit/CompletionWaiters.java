package dev.claudepool.submit;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventLog;
import dev.claudepool.store.ShutdownPhases;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

    private final Map<UUID, Wait> waits = new ConcurrentHashMap<>();
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
        Wait wait = waits.compute(awaited, (_, other) -> other == null ? Wait.ofOne() : other.andOne());
        try {
            long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(client.atMost());
            boolean waiting = !ended.getAsBoolean() && !stopped;
            while (waiting) {
                long left = end - System.nanoTime();
                long step = Math.min(left, TimeUnit.NANOSECONDS.convert(period));
                waiting = !wait.latch.await(step, TimeUnit.NANOSECONDS) && left > step && !client.isAbandoned();
                if (waiting) {
                    meanwhile.run();
                }
            }
        } finally {
            waits.computeIfPresent(awaited, (_, left) -> left.callers == 1 ? null : left.butOne());
        }
    }

    @Override
    public void start() {
        stopped = false;
    }

    @Override
    public void stop() {
        stopped = true;
        waits.values().forEach(wait -> wait.latch.countDown());
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
        Wait wait = ended == null ? null : waits.get(ended);
        if (wait != null) {
            wait.latch.countDown();
        }
    }

    /** The callers that wait for the same subject. */
    private record Wait(CountDownLatch latch, int callers) {
        static Wait ofOne() {
            return new Wait(new CountDownLatch(1), 1);
        }

        Wait andOne() {
            return new Wait(latch, callers + 1);
        }

        Wait butOne() {
            return new Wait(latch, callers - 1);
        }
    }
}
