package dev.claudepool.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The tasks that chains and fan-outs make. What changes them is part of the caller's transaction. Thread-safe. */
@Component
public class FlowTasks {

    private final FlowTaskStore flows;
    private final TaskStore store;
    private final TaskIntake intake;
    private final TaskService service;

    FlowTasks(FlowTaskStore flows, TaskStore store, TaskIntake intake, TaskService service) {
        this.flows = flows;
        this.store = store;
        this.intake = intake;
        this.service = service;
    }

    /**
     * Lets a flow pass that somebody submits.
     *
     * @param specs of all tasks that it may ever make
     * @param places how many of them it makes at once
     * @param field the field of the request that says so
     * @throws dev.claudepool.web.ProblemException when no slot can ever take one of them, there is no money for it, or
     *     the queue is full
     */
    public void admit(Collection<TaskSpec> specs, int places, String field) {
        intake.admit(specs, places, field);
    }

    /**
     * Queues a task, not to be claimed within {@code delay}, nor while {@code hold}; then call {@link #queued}.
     *
     * @param since when its flow was accepted: so long it has waited, so that what was begun first ends first
     */
    public Task add(TaskSpec spec, Origin origin, Instant since, Duration delay, @Nullable Hold hold) {
        return intake.add(spec, origin, since, delay, hold);
    }

    /** There are new tasks, or some were let go; idle slots may take them at once. */
    public void queued() {
        intake.queued();
    }

    public Optional<Task> find(UUID id) {
        return store.find(id);
    }

    /** All tasks of all steps of a chain, oldest first. */
    public List<Task> ofChain(UUID chainId) {
        return flows.ofChain(chainId);
    }

    /**
     * All tasks of a fan-out and of its chains, oldest first, which is the order of its request.
     *
     * @param known some that have ended, and so are as they were when they were read
     */
    public List<Task> ofFanOut(UUID fanOutId, Map<UUID, Task> known) {
        return flows.ofFanOut(fanOutId, known);
    }

    /** Those of them that have ended. */
    public List<Task> endedOfFanOut(UUID fanOutId, Map<UUID, Task> known) {
        return flows.endedOfFanOut(fanOutId, known);
    }

    /** Cancels a task, as {@link TaskService#cancel}. */
    public void cancel(UUID id) {
        var _ = service.cancel(id);
    }

    /** Some elements of a fan-out that have not ended, but those that are being cancelled. */
    public List<UUID> cancellable(UUID fanOutId, int limit) {
        return flows.cancellable(fanOutId, limit);
    }

    /** Lets none of the queued tasks of a fan-out start. */
    public void holdAll(UUID fanOutId) {
        flows.holdAll(fanOutId);
    }

    /** Lets the first task go that a fan-out holds back, if there is one. */
    public void releaseNext(UUID fanOutId) {
        flows.releaseNext(fanOutId);
    }
}
