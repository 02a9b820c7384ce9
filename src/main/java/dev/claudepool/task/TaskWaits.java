package dev.claudepool.task;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
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
 * Lets callers wait for the end of a task; woken by its events, never polling. When the service stops, all waits end,
 * so that the web server need not wait for them.
 */
@Component
class TaskWaits implements SmartLifecycle {

    private final Map<UUID, Wait> waits = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    TaskWaits(EventLog log) {
        log.listen(this::onEvent);
    }

    /** Waits until the task ends or {@code atMost} is over; {@code ended} says whether it has ended already. */
    void await(UUID task, Duration atMost, BooleanSupplier ended) throws InterruptedException {
        Wait wait = waits.compute(task, (_, other) -> other == null ? Wait.ofOne() : other.andOne());
        try {
            if (!ended.getAsBoolean() && !stopped) {
                boolean _ = wait.latch.await(TimeUnit.MILLISECONDS.convert(atMost), TimeUnit.MILLISECONDS);
            }
        } finally {
            waits.computeIfPresent(task, (_, left) -> left.callers == 1 ? null : left.butOne());
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

    /** Stops after the pool, which lets running tasks finish, and before the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    private void onEvent(Event event) {
        UUID task = event.taskId();
        if (event.type() != EventType.TASK_STATE || task == null) {
            return;
        }
        Wait wait = waits.get(task);
        if (wait != null
                && TaskState.Name.valueOf(event.data().path("state").asString()).isFinal()) {
            wait.latch.countDown();
        }
    }

    /** Those who wait for one task. */
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
