package dev.claudepool.submit;

import dev.claudepool.task.TaskState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Filters of lists of tasks. */
final class Filters {

    /** Each parameter, with a value that some of the tasks of {@link TaskCase} match, and some do not. */
    static final List<Part> PARTS = List.of(
            new Part("nothing", "", _ -> true),
            new Part("state", List.of(TaskState.Name.FAILED), task -> task.state() == TaskState.Name.FAILED),
            new Part(
                    "state",
                    List.of(TaskState.Name.QUEUED, TaskState.Name.SUCCEEDED),
                    task -> task.state() == TaskState.Name.QUEUED || task.state() == TaskState.Name.SUCCEEDED),
            new Part("tag", List.of("a"), task -> task.tags().contains("a")),
            new Part("tag", List.of("a", "b"), task -> task.tags().containsAll(List.of("a", "b"))),
            new Part("q", "blue", task -> task.prompt().contains("blue")),
            new Part("code", List.of("task-failed"), task -> task.state() == TaskState.Name.FAILED),
            new Part("role", List.of("writer"), task -> task.role().equals("writer")),
            new Part("slot", List.of("slot-0"), task -> task.state() != TaskState.Name.QUEUED),
            new Part("model", List.of("haiku"), task -> task.model().equals("haiku")),
            new Part(
                    "name",
                    List.of("n0", "n1"),
                    task -> task.name().equals("n0") || task.name().equals("n1")),
            new Part("chainId", List.of(new UUID(1, 0)), task -> task.flow() == 1),
            new Part("fanOutId", List.of(new UUID(2, 0)), task -> task.flow() == 2),
            new Part("sessionId", List.of(new UUID(3, 0)), task -> task.session() == 3),
            new Part("createdFrom", TaskCase.at(20), task -> !task.created().isBefore(TaskCase.at(20))),
            new Part("createdTo", TaskCase.at(40), task -> task.created().isBefore(TaskCase.at(40))),
            new Part("finishedFrom", TaskCase.at(30), task -> task.hasFinished(at -> !at.isBefore(TaskCase.at(30)))),
            new Part("finishedTo", TaskCase.at(50), task -> task.hasFinished(at -> at.isBefore(TaskCase.at(50)))));

    static final Part QUEUED =
            new Part("state", List.of(TaskState.Name.QUEUED), task -> task.state() == TaskState.Name.QUEUED);
    static final Part EVEN =
            new Part("tag", List.of("even"), task -> task.tags().contains("even"));

    private Filters() {}

    static TaskFilter all() {
        return of(Map.of());
    }

    static TaskFilter tags(String... tags) {
        return of(Map.of("tag", List.of(tags)));
    }

    static TaskFilter states(TaskState.Name... states) {
        return of(Map.of("state", List.of(states)));
    }

    static TaskFilter words(String query) {
        return of(Map.of("q", query));
    }

    /** The part itself, and all of other parameters. */
    static List<Part> with(Part one) {
        return PARTS.stream()
                .filter(other -> other.equals(one) || !other.parameter().equals(one.parameter()))
                .toList();
    }

    static TaskFilter of(Part one, Part other) {
        Map<String, Object> values = new HashMap<>();
        values.put(one.parameter(), one.value());
        values.put(other.parameter(), other.value());
        return of(values);
    }

    private static TaskFilter of(Map<String, Object> values) {
        return new TaskFilter(
                list(values, "state", TaskState.Name.class),
                list(values, "tag", String.class),
                (String) values.get("q"),
                list(values, "code", String.class),
                list(values, "role", String.class),
                list(values, "slot", String.class),
                list(values, "model", String.class),
                list(values, "name", String.class),
                list(values, "chainId", UUID.class),
                list(values, "fanOutId", UUID.class),
                list(values, "sessionId", UUID.class),
                (Instant) values.get("createdFrom"),
                (Instant) values.get("createdTo"),
                (Instant) values.get("finishedFrom"),
                (Instant) values.get("finishedTo"));
    }

    private static <T> @Nullable List<T> list(Map<String, Object> values, String name, Class<T> type) {
        return values.get(name) instanceof List<?> list
                ? list.stream().map(type::cast).toList()
                : null;
    }

    /** A parameter with a value. */
    record Part(String parameter, Object value, Predicate<TaskCase> matches) {

        @Override
        public String toString() {
            return parameter + "=" + value;
        }
    }
}
