package dev.claudepool.submit;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import dev.claudepool.queue.TestingQueue;
import dev.claudepool.store.SettableClock;
import dev.claudepool.task.Origin;
import dev.claudepool.task.StoredTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskError;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A stored task, and all that it can be found by.
 *
 * @param flow 1: of the chain of this number, 2: of the fan-out
 * @param session the number of its session
 */
record TaskCase(
        UUID id,
        TaskState.Name state,
        int priority,
        List<String> tags,
        String prompt,
        String role,
        String model,
        String name,
        int flow,
        int session,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant finished,
        long nanos) {

    private static final int MANY = 60;
    private static final List<TaskState.Name> STATES = List.of(TaskState.Name.values());

    static Instant at(int seconds) {
        return Instant.parse("2026-01-02T03:04:05.678Z").plusSeconds(seconds);
    }

    /** Stores tasks that differ in everything, one a second. */
    static List<TaskCase> stored(StoredTasks stored, SettableClock clock, Random random) {
        List<TaskCase> cases = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            TaskState.Name state = STATES.get(random.nextInt(STATES.size()));
            boolean begun = state != TaskState.Name.QUEUED;
            boolean ended = begun && state != TaskState.Name.RUNNING;
            Instant created = at(i);
            clock.set(created);
            TaskCase task = new TaskCase(
                    stored.nextId(),
                    state,
                    random.nextInt(3),
                    Stream.of("a", "b").filter(_ -> random.nextBoolean()).toList(),
                    random.nextBoolean() ? "a blue one" : "a red one",
                    random.nextBoolean() ? "writer" : "reader",
                    random.nextBoolean() ? "haiku" : "opus",
                    "n" + random.nextInt(3),
                    random.nextInt(3),
                    3 + random.nextInt(2),
                    created,
                    begun ? created.plusSeconds(1) : null,
                    ended ? created.plusSeconds(1 + random.nextInt(5)) : null,
                    ended ? random.nextInt(4) : 0);
            task.store(stored);
            cases.add(task);
        }
        return cases;
    }

    private void store(StoredTasks stored) {
        Task task = Task.accepted(
                id,
                TestingSpecs.spec(Map.of(
                        "prompt",
                        prompt,
                        "tags",
                        tags,
                        "role",
                        role,
                        "model",
                        model,
                        "name",
                        name,
                        "priority",
                        priority)),
                created,
                new UUID(session, 0),
                null,
                new Origin(
                        flow == 1 ? new UUID(1, 0) : null,
                        flow == 1 ? 0 : null,
                        flow == 2 ? new UUID(2, 0) : null,
                        null),
                TestingSpecs.queued(created));
        stored.store().insert(task, created, TestingQueue.STEP);
        if (started != null) {
            Task running = stored.replaced(
                    task, task.claimed("slot-0", new UUID(session, 0), new TaskState.Running(false), started));
            if (finished != null) {
                Spend spend = new Spend(Money.ofNanos(nanos), Tokens.NONE, false, Map.of());
                stored.replaced(running, running.spent(spend).with(end(finished)));
            }
        }
    }

    private TaskState end(Instant at) {
        return switch (state) {
            case SUCCEEDED ->
                new TaskState.Succeeded(
                        new Answer("done", false, null, 1, Duration.ZERO, "m", JsonNodeFactory.instance.arrayNode()),
                        at);
            case FAILED -> new TaskState.Failed(new TaskError("task-failed", "No", false, null, null), at);
            default -> new TaskState.Cancelled(at);
        };
    }

    boolean hasFinished(Predicate<Instant> when) {
        return finished != null && when.test(finished);
    }

    boolean isIn(TaskOrder order) {
        return switch (order) {
            case YOUNGEST, OLDEST -> true;
            case QUEUE -> state == TaskState.Name.QUEUED;
            case COST, DURATION -> finished != null;
        };
    }

    static Comparator<TaskCase> by(TaskOrder order) {
        Comparator<TaskCase> oldest = Comparator.comparing(task -> task.id().toString());
        return switch (order) {
            case YOUNGEST -> oldest.reversed();
            case OLDEST -> oldest;
            case QUEUE -> Comparator.comparing(TaskCase::rank).thenComparing(oldest);
            case COST ->
                Comparator.comparingLong(TaskCase::nanos).thenComparing(oldest).reversed();
            case DURATION ->
                Comparator.comparing(TaskCase::lasted).thenComparing(oldest).reversed();
        };
    }

    private Instant rank() {
        return created.minus(TestingQueue.STEP.multipliedBy(priority));
    }

    private Duration lasted() {
        return started == null || finished == null ? Duration.ZERO : Duration.between(started, finished);
    }
}
