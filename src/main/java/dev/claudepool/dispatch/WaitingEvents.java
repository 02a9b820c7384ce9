package dev.claudepool.dispatch;

import dev.claudepool.event.EventLog;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.queue.QueueSurvey;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.TaskOutline;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Publishes {@code task.waiting} when one of the first tasks in the queue waits for something else than before: once a
 * second at most, and not while the pool is paused, which {@code pool.state} says for all. Without such an event, a
 * queued task waits for a slot, or until the time that its {@code task.state} names.
 */
@Component
public class WaitingEvents {

    private static final Logger log = LoggerFactory.getLogger(WaitingEvents.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How many of the first tasks are looked at. */
    static final int MOST = 100;

    private final QueueSurvey survey;
    private final QueuePause pause;
    private final Waits waits;
    private final EventLog eventLog;
    private final Transactions transactions;
    private final Scheduler scheduler;
    /** What clients know of these tasks. */
    private final Map<UUID, WaitingReason> known = new HashMap<>();

    WaitingEvents(
            QueueSurvey survey,
            QueuePause pause,
            Waits waits,
            EventLog eventLog,
            Transactions transactions,
            Scheduler scheduler) {
        this.survey = survey;
        this.pause = pause;
        this.waits = waits;
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.scheduler = scheduler;
    }

    /** Begins to look at the queue every second. */
    public void start() {
        scheduler.schedule(PAUSE, this::lookAndGoOn);
    }

    private void lookAndGoOn() {
        try {
            publishChanges();
        } catch (DataAccessException e) {
            log.warn("Events of waiting tasks cannot be stored, trying again: {}", StoreUnavailableException.reason(e));
        } finally {
            start();
        }
    }

    /** Publishes what has changed since the last call. Called by one thread at a time. */
    void publishChanges() {
        if (pause.isPaused() || changes().isEmpty()) {
            return;
        }
        transactions.writing(() -> {
            Map<TaskOutline, Waiting> changes = changes(); // nobody claims or settles meanwhile
            changes.forEach((task, waiting) -> eventLog.append(task.subject(), TaskWaiting.of(waiting)));
            transactions.afterCommit(() -> changes.forEach((task, waiting) -> known.put(task.id(), waiting.reason())));
        });
    }

    private Map<TaskOutline, Waiting> changes() {
        Map<TaskOutline, Waiting> changes = new LinkedHashMap<>();
        Map<UUID, WaitingReason> present = new HashMap<>();
        Waits.Snapshot now = waits.now();
        for (TaskOutline task : survey.firstTasks(MOST)) {
            Waiting waiting = now.of(task);
            if (waiting != null) {
                WaitingReason before = known.getOrDefault(task.id(), toldByItsState(task));
                present.put(task.id(), before);
                if (waiting.reason() != before) {
                    changes.put(task, waiting);
                }
            }
        }
        known.keySet().retainAll(present.keySet());
        return changes;
    }

    private static WaitingReason toldByItsState(TaskOutline task) {
        return task.queued() != null && task.queued().notBefore().isAfter(task.createdAt())
                ? WaitingReason.NOT_BEFORE
                : WaitingReason.SLOT;
    }
}
