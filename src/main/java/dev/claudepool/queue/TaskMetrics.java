package dev.claudepool.queue;

import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskChanges;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TaskStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** The metrics of tasks: how many wait and how long, how they ended, how long they took, what they read and wrote. */
@Component
class TaskMetrics {

    private final MeterRegistry registry;
    private final Timer wait;

    TaskMetrics(MeterRegistry registry, TaskStore store, TaskChanges changes, Transactions transactions) {
        this.registry = registry;
        Gauge.builder("claude.pool.tasks.queued", store, s -> s.count(TaskState.Name.QUEUED))
                .description("Tasks that wait for a slot")
                .register(registry);
        Gauge.builder("claude.pool.tasks.running", store, s -> s.count(TaskState.Name.RUNNING))
                .description("Tasks that a slot is at")
                .register(registry);
        this.wait = Timer.builder("claude.pool.task.wait")
                .description("From the acceptance of a task to its first start")
                .register(registry);
        for (TaskState.Name state : TaskState.Name.values()) {
            if (state.isFinal()) {
                finished(state);
                duration(state);
            }
        }
        tokens(Tokens.NONE);
        changes.listen((before, after) -> transactions.afterCommit(() -> changed(before, after)));
    }

    private void changed(Task before, Task after) {
        switch (after.state()) {
            case TaskState.Running _ when before.state() instanceof TaskState.Queued -> started(after);
            case TaskState.Ended ended -> ended(after, ended);
            default -> {}
        }
    }

    /** Only the first start counts: before it, the task waited. */
    private void started(Task task) {
        Instant startedAt = task.startedAt();
        if (task.epoch() == 1 && startedAt != null) {
            wait.record(Duration.between(task.createdAt(), startedAt));
        }
    }

    private void ended(Task task, TaskState.Ended state) {
        finished(state.name()).increment();
        Instant startedAt = task.startedAt();
        if (startedAt != null) {
            duration(state.name()).record(Duration.between(startedAt, state.finishedAt()));
        }
    }

    /** Counts the tokens of an attempt that was settled. */
    void spent(Spend spend) {
        tokens(spend.tokens());
    }

    private void tokens(Tokens tokens) {
        tokens("input", tokens.input());
        tokens("output", tokens.output());
        tokens("cache_read", tokens.cacheRead());
        tokens("cache_write", tokens.cacheWrite());
    }

    private void tokens(String kind, long amount) {
        Counter.builder("claude.pool.tokens")
                .tag("kind", kind)
                .description("Tokens the API counted since the start")
                .register(registry)
                .increment((double) amount);
    }

    private Counter finished(TaskState.Name state) {
        return Counter.builder("claude.pool.tasks.finished")
                .tag("outcome", label(state))
                .description("Tasks that have ended since the start")
                .register(registry);
    }

    private Timer duration(TaskState.Name state) {
        return Timer.builder("claude.pool.task.duration")
                .tag("outcome", label(state))
                .description("From the first start of a task to its end")
                .register(registry);
    }

    private static String label(TaskState.Name state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
