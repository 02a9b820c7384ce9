package dev.claudepool.task;

import dev.claudepool.event.EventLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;

/**
 * The only way to store a task and to change it. Each change of its state goes to the event log and to the listeners,
 * inside the caller's transaction. Thread-safe.
 */
@Component
public class TaskChanges {

    private final TaskStore store;
    private final EventLog log;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    TaskChanges(TaskStore store, EventLog log) {
        this.store = store;
        this.log = log;
    }

    /** Calls {@code listener} for every change of a task's state; what it throws undoes the change. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Stores a new task.
     *
     * @param since when its time in the queue began
     * @param step the time in the queue that weighs as much as one step of priority
     */
    public void create(Task task, Instant since, Duration step) {
        store.insert(task, since, step);
        append(task);
    }

    /**
     * Replaces a task by what {@code change} makes of it.
     *
     * @return the task after the change
     * @throws java.util.NoSuchElementException when there is no such task
     */
    public Task update(UUID id, UnaryOperator<Task> change) {
        Task before = store.find(id).orElseThrow();
        Task after = change.apply(before);
        if (!after.equals(before)) {
            apply(before, after);
        }
        return after;
    }

    /**
     * Replaces {@code before} by {@code after}.
     *
     * @throws IllegalStateException when {@code before} is not what the store holds any more
     */
    public void apply(Task before, Task after) {
        if (!store.replace(before, after)) {
            throw new IllegalStateException(before + " was changed by another");
        }
        if (!before.state().equals(after.state())) {
            append(after);
            listeners.forEach(listener -> listener.changed(before, after));
        }
    }

    /**
     * Replaces {@code before}, which is queued, by {@code after}, which is asked for otherwise.
     *
     * @param step the time in the queue that weighs as much as one step of priority
     * @throws IllegalStateException when {@code before} is not what the store holds any more
     */
    public void changeSpec(Task before, Task after, Duration step) {
        if (!store.replaceSpec(before, after, step)) {
            throw new IllegalStateException(before + " was changed by another");
        }
        append(after);
    }

    private void append(Task task) {
        log.append(task.subject(), TaskStateChanged.of(task));
    }

    /** Is called for every change of a task's state. */
    public interface Listener {
        /** Called inside the transaction, in which it may change other tasks, too. */
        void changed(Task before, Task after);
    }
}
