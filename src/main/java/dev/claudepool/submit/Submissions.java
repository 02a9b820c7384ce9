package dev.claudepool.submit;

import dev.claudepool.budget.Budget;
import dev.claudepool.dispatch.Dispatcher;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.queue.QueueCapacity;
import dev.claudepool.queue.TaskQueue;
import dev.claudepool.security.Caller;
import dev.claudepool.slot.Slots;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Accepts new tasks and changes of queued ones, in the caller's transaction. Thread-safe. */
@Component
public class Submissions {

    private final SubmissionRules rules;
    private final QueueCapacity capacity;
    private final TaskStore store;
    private final Slots slots;
    private final Budget budget;
    private final TaskQueue queue;
    private final Dispatcher dispatcher;

    Submissions(
            SubmissionRules rules,
            QueueCapacity capacity,
            TaskStore store,
            Slots slots,
            Budget budget,
            TaskQueue queue,
            Dispatcher dispatcher) {
        this.rules = rules;
        this.capacity = capacity;
        this.store = store;
        this.slots = slots;
        this.budget = budget;
        this.queue = queue;
        this.dispatcher = dispatcher;
    }

    /**
     * Refuses a request that asks for more than its caller may, or names what does not exist.
     *
     * @throws ProblemException {@code forbidden} or {@code validation-failed}, with the fields
     */
    public void verify(Caller caller, TaskRequest request) {
        rules.verify(caller, request);
    }

    /**
     * Admits submitted tasks.
     *
     * @param specs of all that may ever have to be carried out for it
     * @param places how many of them are queued at once
     * @param field the field of the request that decides that number
     * @throws ProblemException when no slot can ever take one of them, there is no money for it, or the queue or the
     *     database is full
     */
    public void admit(Collection<TaskSpec> specs, int places, String field) {
        specs.forEach(slots::requireSlotFor);
        specs.stream().map(TaskSpec::limit).distinct().forEach(budget::check);
        capacity.requirePlaces(places, field);
    }

    /**
     * Call it once all tasks are added that were admitted: where they are too long, the transaction is rolled back.
     *
     * @throws ProblemException when what waits has more bytes than it may
     */
    public void requireRoom() {
        capacity.requireBytes();
    }

    /**
     * Queues a task; when all are, call {@link #dispatch}.
     *
     * @param since it gets the place in the queue that it would have if it were from then; null for now
     * @param delay how long it must not be claimed
     * @param hold why it must not be claimed, whatever else; null when nothing holds it
     */
    public Task add(TaskSpec spec, Origin origin, @Nullable Instant since, Duration delay, @Nullable HoldReason hold) {
        UUID named = spec.namedSession();
        Optional<UUID> followed =
                named == null ? Optional.empty() : store.find(named).map(Task::id);
        boolean existing = named != null && followed.isEmpty() && rules.isKnownSession(named);
        return queue.add(
                new TaskQueue.Entry(spec, existing ? named : null, followed.orElse(null), origin, since, delay, hold));
    }

    /**
     * Changes what a queued task is asked with.
     *
     * @throws ProblemException when the caller may not ask for that, no slot can ever take it, there is no money for
     *     it, or what waits would have more bytes than it may
     */
    void change(Task queued, TaskSpec spec, Caller caller) {
        verify(caller, (rules, check) -> check.accept(spec, rules));
        admit(List.of(spec), 0, "priority"); // each change leaves an event, so that the database must have room
        queue.change(queued, spec);
        requireRoom();
        dispatch();
    }

    /** Gives the new tasks to idle slots at once, where there are any. */
    public void dispatch() {
        dispatcher.dispatch();
    }
}
