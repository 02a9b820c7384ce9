package dev.claudepool.flow;

import dev.claudepool.budget.Money;
import dev.claudepool.queue.HoldStore;
import dev.claudepool.security.Caller;
import dev.claudepool.submit.Submissions;
import dev.claudepool.submit.TaskRequest;
import dev.claudepool.submit.TaskService;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.LargeReads;
import dev.claudepool.task.Origin;
import dev.claudepool.task.ReadAhead;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskReader;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The tasks that chains and fan-outs make. What changes them is part of the caller's transaction. Thread-safe. */
@Component
public class FlowTasks {

    /** The tasks that one statement reads; every engine limits the number of parameters. */
    private static final int READ_AT_ONCE = 500;

    private final FlowTaskStore flows;
    private final HoldStore holds;
    private final TaskStore store;
    private final LargeReads reads;
    private final Submissions submissions;
    private final TaskService service;

    FlowTasks(
            FlowTaskStore flows,
            HoldStore holds,
            TaskStore store,
            LargeReads reads,
            Submissions submissions,
            TaskService service) {
        this.flows = flows;
        this.holds = holds;
        this.store = store;
        this.reads = reads;
        this.submissions = submissions;
        this.service = service;
    }

    /**
     * Refuses a flow that asks for more than its caller may, or names what is not there.
     *
     * @throws dev.claudepool.problem.ProblemException {@code forbidden} or {@code validation-failed}, with the fields
     */
    public void verify(Caller caller, TaskRequest request) {
        submissions.verify(caller, request);
    }

    /**
     * Admits a submitted flow.
     *
     * @param specs of all tasks that it may ever make
     * @param places how many of them it makes at once
     * @param field the field of the request that says so
     * @throws dev.claudepool.problem.ProblemException when no slot can ever take one of them, there is no money for it,
     *     or the queue is full
     */
    public void admit(Collection<TaskSpec> specs, int places, String field) {
        submissions.admit(specs, places, field);
    }

    /**
     * Queues a task, not to be claimed within {@code delay}, nor while {@code hold}; then call {@link #dispatch}.
     *
     * @param since when its flow was accepted: so long it has waited, so that what was begun first ends first
     */
    public Task add(TaskSpec spec, Origin origin, Instant since, Duration delay, @Nullable HoldReason hold) {
        return submissions.add(spec, origin, since, delay, hold);
    }

    /**
     * Call it once all is stored that was admitted: where that is too long, the transaction is rolled back.
     *
     * @throws dev.claudepool.problem.ProblemException when what waits has more bytes than it may
     */
    public void requireRoom() {
        submissions.requireRoom();
    }

    /** Gives tasks that were added or released to idle slots at once, where there are any. */
    public void dispatch() {
        submissions.dispatch();
    }

    /**
     * Keeps the tasks in whose sessions steps of a chain are to go on from expiring, until {@link #release}.
     *
     * @param sessions what the steps name: ids of tasks, or of sessions
     */
    public void keep(UUID chain, Collection<UUID> sessions) {
        store.keep(Set.copyOf(sessions), chain);
    }

    /** Keeps no tasks for this chain any more. */
    public void release(UUID chain) {
        store.release(chain);
    }

    public Optional<Task> find(UUID id) {
        return store.find(id);
    }

    /** Reads tasks in this order. */
    public TaskReader reader(List<UUID> order) {
        return new TaskReader(store, reads, order, new HashMap<>());
    }

    /** The same with what was read ahead. */
    public TaskReader reader(List<UUID> order, ReadAhead ahead) {
        return new TaskReader(store, reads, order, ahead.tasks());
    }

    /** Returns a new reader of ended tasks, for a client that waits for all of a flow. */
    public ReadAhead readAhead() {
        return new ReadAhead(store, reads);
    }

    /** Returns what all tasks of each step of these chains have cost, by the chain and the position of the step. */
    public Map<UUID, Map<Integer, Money>> spentBySteps(Collection<UUID> chains) {
        return flows.spentBySteps(chains);
    }

    /** The tasks that are elements of a fan-out, oldest first, which is the order of its request. */
    public List<UUID> ofFanOut(UUID fanOutId) {
        return flows.ofFanOut(fanOutId);
    }

    /** Reads the elements of a fan-out that failed or were cancelled, in the order of its request. */
    public List<Task> failedOf(UUID fanOutId) {
        return flows.failedOf(fanOutId).stream()
                .gather(Gatherers.windowFixed(READ_AT_ONCE))
                .flatMap(some -> {
                    Map<UUID, Task> read = store.findAll(some);
                    return some.stream().flatMap(id -> Stream.ofNullable(read.get(id)));
                })
                .toList();
    }

    /** Returns how many bytes of requests {@link #failedOf} reads. */
    public long failedBytes(UUID fanOutId) {
        return flows.failedBytes(fanOutId);
    }

    /** The tasks of a fan-out and of its chains that have ended, in any order. */
    public List<UUID> endedOfFanOut(UUID fanOutId) {
        return flows.endedOfFanOut(fanOutId);
    }

    /** Cancels a task, as {@link TaskService#cancel}. */
    public void cancel(UUID id) {
        var _ = service.cancel(id);
    }

    /** Returns some elements of a fan-out that have not ended and are not being cancelled. */
    public List<UUID> cancellable(UUID fanOutId, int limit) {
        return flows.cancellable(fanOutId, limit);
    }

    /** Holds all queued tasks of a fan-out. */
    public void holdAll(UUID fanOutId) {
        holds.holdAll(fanOutId);
    }

    /** Releases the first task that a fan-out holds back, if there is one. */
    public void releaseNext(UUID fanOutId) {
        holds.releaseNext(fanOutId);
    }
}
