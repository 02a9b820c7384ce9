package dev.claudepool.task;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells of every change of a task's state, inside the transaction that makes it: the event log, and what is made of
 * tasks. Thread-safe.
 */
@Component
public class TaskChanges {

    private final EventLog log;
    private final JsonMapper json;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    TaskChanges(EventLog log, JsonMapper json) {
        this.log = log;
        this.json = json;
    }

    /** Calls {@code listener} for every change but the birth of a task; what it throws undoes the change. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** A task was queued. */
    void born(Task task) {
        append(task);
    }

    /** The state of a task is another. */
    void changed(Task before, Task after) {
        append(after);
        listeners.forEach(listener -> listener.changed(before, after));
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
