package dev.claudepool.task;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The only way to store a task and to change it. Each change of its state goes to the event log and to the listeners,
 * inside the caller's transaction. Thread-safe.
 */
@Component
public class TaskChanges {

    private final TaskStore store;
    private final EventLog log;
    private final JsonMapper json;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    TaskChanges(TaskStore store, EventLog log, JsonMapper json) {
        this.store = store;
        this.log = log;
        this.json = json;
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

    private void append(Task task) {
        ObjectNode data = json.createObjectNode();
        data.put("state", task.state().name().name());
        data.put("attempts", task.attempts());
        switch (task.state()) {
            case TaskState.Queued queued -> {
                if (queued.notBefore().isAfter(task.createdAt())) {
                    data.put("notBefore", queued.notBefore().toString());
                }
                if (queued.interrupted()) {
                    data.put("interrupted", true);
                }
            }
            case TaskState.Running running -> {
                data.put("sessionId", String.valueOf(task.sessionId()));
                data.put("cancelling", running.cancelling());
            }
            case TaskState.Succeeded _, TaskState.Cancelled _ ->
                data.put("spendUsd", task.spend().usd().toUsd());
            case TaskState.Failed failed -> {
                data.put("spendUsd", task.spend().usd().toUsd());
                data.putObject("error")
                        .put("code", failed.error().code())
                        .put("message", failed.error().message());
            }
        }
        log.append(task.subject(), EventType.TASK_STATE, data);
    }

    /** Wants to know what becomes of tasks. */
    public interface Listener {
        /** Called inside the transaction, in which it may change other tasks, too. */
        void changed(Task before, Task after);
    }
}
