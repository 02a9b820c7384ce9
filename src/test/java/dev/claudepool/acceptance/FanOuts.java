package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Submits fan-outs, follows them, and tells what became of them. */
record FanOuts(PoolClient client) {

    private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

    /** A task that fails at its first attempt, and costs nothing. */
    static final String FAILING = "STUB:fail error_during_execution";

    /** Submits and does not wait. */
    JsonNode submit(Map<String, ?> fanOut) {
        PoolClient.Answer answer = client.post("/fan-outs", fanOut);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json();
    }

    /** Submits and waits for the end. */
    JsonNode run(Map<String, ?> fanOut, Duration longest) {
        PoolClient.Answer answer = client.post("/fan-outs?wait=" + longest, fanOut);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    JsonNode get(String id) {
        return client.get("/fan-outs/" + id).json();
    }

    JsonNode awaitEnd(String id, Duration longest) {
        PoolClient.Answer answer = client.get("/fan-outs/" + id + "?wait=" + longest);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    JsonNode cancel(String id) {
        PoolClient.Answer answer = client.post("/fan-outs/" + id + "/cancel", Map.of());
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json();
    }

    static String id(JsonNode node) {
        return node.at("/id").asString();
    }

    static String state(JsonNode node) {
        return node.at("/state").asString();
    }

    /** How many elements are in which state, by the names of those in which some are. */
    static Map<String, Integer> counts(JsonNode fanOut) {
        Map<String, Integer> counts = new TreeMap<>();
        fanOut.at("/counts").properties().forEach(count -> {
            if (count.getValue().asInt() != 0) {
                counts.put(count.getKey(), count.getValue().asInt());
            }
        });
        return counts;
    }

    /** What stands at {@code pointer} in each element, in their order. */
    static List<String> each(JsonNode elements, String pointer) {
        return elements.valueStream()
                .map(element -> element.at(pointer).asString(""))
                .toList();
    }

    static Predicate<Event> of(String id) {
        return event -> event.fanOutId() != null && event.fanOutId().toString().equals(id);
    }

    /** The states that the fan-out itself went through, and of its stop, as {@code RUNNING/CANCELLED}. */
    static List<String> states(List<Event> events, String id) {
        return events.stream()
                .filter(of(id).and(event -> event.type() == EventType.FAN_OUT_STATE))
                .map(event -> Events.state(event)
                        + event.data()
                                .path("stop")
                                .asOptional()
                                .map(stop -> "/" + stop.asString())
                                .orElse(""))
                .toList();
    }

    /** Whether a task of it has ended. */
    static Predicate<Event> taskEnded() {
        return event -> event.type() == EventType.TASK_STATE && FINAL.contains(Events.state(event));
    }

    /** The most of its tasks that ran at the same time. */
    static int mostAtOnce(List<Event> events, String id) {
        Set<UUID> running = new HashSet<>();
        int most = 0;
        for (Event event : events.stream().filter(of(id)).toList()) {
            UUID task = event.taskId();
            if (Events.taskStarted().test(event)) {
                running.add(Objects.requireNonNull(task));
            } else if (event.type() == EventType.TASK_STATE
                    && !Events.state(event).equals("RUNNING")) {
                running.remove(Objects.requireNonNull(task));
            }
            most = Math.max(most, running.size());
        }
        return most;
    }

    /** Its tasks that a slot has begun. */
    static Set<String> started(List<Event> events, String id) {
        return events.stream()
                .filter(of(id).and(Events.taskStarted()))
                .map(event -> String.valueOf(event.taskId()))
                .collect(Collectors.toSet());
    }
}
