package dev.claudepool.acceptance;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Has the "model" of a pool use tools, and tells what the tools said. */
final class ToolUses {

    private static final JsonMapper JSON = new JsonMapper();

    private ToolUses() {}

    /** The part of a prompt that has the stand-in use a tool. */
    static String use(String tool, Map<String, ?> input) {
        return "[[tool:" + tool + " " + JSON.writeValueAsString(input) + "]]";
    }

    static String read(Object file) {
        return use("Read", Map.of("file_path", file.toString()));
    }

    static String bash(String command) {
        return use("Bash", Map.of("command", command, "description", "test"));
    }

    /** Runs a prompt in a permission mode, with further fields of the task, and returns the results of its tools. */
    static List<String> results(TestingPool pool, String prompt, String mode, Map<String, ?> more) {
        Map<String, Object> task = new HashMap<>(more);
        task.put("prompt", prompt);
        task.put("permissionMode", mode);
        Answer answer = pool.client().post("/run?wait=PT5M", task);
        return results(pool, answer.json().path("taskId").asString(answer.text()));
    }

    static List<String> results(TestingPool pool, String prompt, String mode) {
        return results(pool, prompt, mode, Map.of());
    }

    private static List<String> results(TestingPool pool, String task) {
        return pool.events().stream()
                .filter(Events.ofTask(task))
                .filter(event -> event.type() == EventType.TASK_TOOL)
                .map(Event::data)
                .filter(data -> data.has("result"))
                .map(data -> data.path("result").asString())
                .toList();
    }
}
