package dev.claudepool.task;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the {@code task.state} events; call inside the transaction that changes the task. */
@Component
class TaskEvents {

    private final EventLog log;
    private final JsonMapper json;

    TaskEvents(EventLog log, JsonMapper json) {
        this.log = log;
        this.json = json;
    }

    void stateChanged(Task task) {
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
}
