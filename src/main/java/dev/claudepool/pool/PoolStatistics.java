package dev.claudepool.pool;

import dev.claudepool.budget.Budget;
import dev.claudepool.budget.BudgetView;
import dev.claudepool.dispatch.WaitingReason;
import dev.claudepool.dispatch.Waits;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.queue.QueuePause.Pause;
import dev.claudepool.queue.QueueSurvey;
import dev.claudepool.queue.TaskStatistics;
import dev.claudepool.slot.Slot;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.TaskState;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Reads the figures of the pool, and publishes them every second while somebody listens. Thread-safe. */
@Component
class PoolStatistics {

    private static final Logger log = LoggerFactory.getLogger(PoolStatistics.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String OPERATOR = PoolActor.OPERATOR.wireName();

    private final Slots slots;
    private final QueuePause pause;
    private final QueueSurvey survey;
    private final Waits waits;
    private final TaskStatistics tasks;
    private final Budget budget;
    private final EventLog eventLog;
    private final Transactions transactions;
    private final Scheduler scheduler;

    PoolStatistics(
            Slots slots,
            QueuePause pause,
            QueueSurvey survey,
            Waits waits,
            TaskStatistics tasks,
            Budget budget,
            EventLog eventLog,
            Transactions transactions,
            Scheduler scheduler) {
        this.slots = slots;
        this.pause = pause;
        this.survey = survey;
        this.waits = waits;
        this.tasks = tasks;
        this.budget = budget;
        this.eventLog = eventLog;
        this.transactions = transactions;
        this.scheduler = scheduler;
    }

    /**
     * Reads all figures while no other writer is at work, so that they belong together; but for what tasks wait for,
     * which takes long with many tasks, and is read just before.
     */
    PoolStatus status(PoolState state) {
        Map<WaitingReason, Integer> waiting = waits.now().counts();
        return transactions.write(() -> new PoolStatus(
                eventLog.lastSeq(),
                stats(state, waiting),
                slots.all().stream().map(Slot::view).toList()));
    }

    /** Called in a transaction. */
    private PoolStats stats(PoolState state, Map<WaitingReason, Integer> waiting) {
        BudgetView money = budget.view();
        @Nullable Pause present = pause.present().orElse(null);
        return new PoolStats(
                state,
                present == null
                        ? null
                        : present.reason() == null ? OPERATOR : present.reason().code(),
                present == null ? null : present.since(),
                present == null ? null : present.end(),
                tasks.count(TaskState.Name.RUNNING),
                tasks.count(TaskState.Name.QUEUED),
                survey.oldest().orElse(null),
                waiting,
                tasks.count(TaskState.Name.SUCCEEDED),
                tasks.count(TaskState.Name.FAILED),
                tasks.count(TaskState.Name.CANCELLED),
                money.spentUsd(),
                money.totalSpentUsd(),
                money.reservedUsd(),
                money.capUsd(),
                money.remainingUsd());
    }

    /** Begins to publish {@code pool.stats}. */
    void start(PoolService pool) {
        scheduler.schedule(PAUSE, () -> publishAndGoOn(pool));
    }

    private void publishAndGoOn(PoolService pool) {
        try {
            if (eventLog.isWanted(EventType.POOL_STATS)) {
                Map<WaitingReason, Integer> waiting = waits.now().counts();
                eventLog.publishUnstored(Subject.POOL, transactions.write(() -> stats(pool.state(), waiting)));
            }
        } catch (DataAccessException e) {
            log.warn("The figures of the pool cannot be read, trying again: {}", StoreUnavailableException.reason(e));
        } finally {
            start(pool);
        }
    }
}
