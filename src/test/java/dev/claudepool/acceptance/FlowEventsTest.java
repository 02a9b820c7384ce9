package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.stomp.TestingStompClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A client that only listens knows as much of chains and fan-outs as one that asks. */
class FlowEventsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void theWholeRunCanBeDrawnFromItsEvents() throws Exception {
        try (TestingPool pool =
                        TestingPool.stubbed(directory, "claude-pool.slots=3", "claude-pool.isolation=conversation");
                TestingStompClient stomp =
                        TestingStompClient.connect(pool.client().port(), TestingPool.TOKEN)) {
            BlockingQueue<JsonNode> events = stomp.subscribe("/topic/events", 0L);
            PoolClient client = pool.client();
            String chain = client.submitChain(Map.of(
                    "name",
                    "graph",
                    "steps",
                    List.of(
                            step("a", "one"),
                            step("b", "STUB:fail error_during_execution"),
                            step("c", "three").with("needs", List.of("a")),
                            step("d", "four").with("needs", List.of("b", "c")))));
            String tasks = fanOut(client, Map.of("prompts", List.of("x", "STUB:fail error_during_execution", "z")));
            String chains = fanOut(
                    client,
                    Map.of(
                            "maxConcurrency",
                            1,
                            "chains",
                            List.of(
                                    Map.of("steps", List.of(step("one", "1"))),
                                    Map.of("steps", List.of(step("two", "STUB:exit 1"))))));
            client.get("/chains/" + chain + "?wait=" + LONGEST);
            client.get("/fan-outs/" + tasks + "?wait=" + LONGEST);
            client.get("/fan-outs/" + chains + "?wait=" + LONGEST);

            Drawing drawing = new Drawing();
            while (!drawing.isComplete()) {
                JsonNode event = events.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
                assertThat(event)
                        .as("the next event, after " + drawing.chains + drawing.fanOuts)
                        .isNotNull();
                drawing.add(event);
            }

            assertThat(drawing.chains).hasSize(3);
            drawing.chains.forEach((id, drawn) -> assertThat(drawn).isEqualTo(Drawn.chain(client.chain(id))));
            assertThat(drawing.chains.get(chain).name()).isEqualTo("graph");
            assertThat(drawing.chains.get(chain).needs().get("d")).containsExactly("b", "c");
            assertThat(drawing.chains.get(chain).states()).containsEntry("b", "FAILED");
            for (String id : List.of(tasks, chains)) {
                JsonNode asked = client.get("/fan-outs/" + id).json();
                assertThat(drawing.fanOuts.get(id).at("/data/state")).isEqualTo(asked.at("/state"));
                assertThat(drawing.fanOuts.get(id).at("/data/counts")).isEqualTo(asked.at("/counts"));
                assertThat(drawing.fanOuts.get(id).at("/data/spentUsd")).isEqualTo(asked.at("/spentUsd"));
                assertThat(drawing.elements.get(id)).isEqualTo(elements(asked));
            }
        }
    }

    private static String fanOut(PoolClient client, Map<String, ?> request) {
        return client.post("/fan-outs", request).json().at("/id").asString();
    }

    /** The ids of the elements, in the order of the request, with their states. */
    private static Map<String, String> elements(JsonNode fanOut) {
        Map<String, String> elements = new LinkedHashMap<>();
        for (String kind : List.of("tasks", "chains")) {
            fanOut.at("/" + kind)
                    .forEach(element -> elements.put(
                            element.at("/id").asString(), element.at("/state").asString()));
        }
        return elements;
    }

    /** What is known of a chain. */
    private record Drawn(
            String name,
            String state,
            Map<String, List<String>> needs,
            Map<String, String> states,
            Map<String, String> tasks) {

        static Drawn chain(JsonNode chain) {
            Drawn drawn = new Drawn(
                    chain.at("/name").asString(""),
                    chain.at("/state").asString(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>());
            for (JsonNode step : chain.at("/steps")) {
                String name = step.at("/name").asString();
                List<String> needs = new ArrayList<>();
                step.at("/needs").forEach(need -> needs.add(need.asString()));
                drawn.needs.put(name, needs);
                drawn.states.put(name, step.at("/state").asString());
                drawn.put(name, step.at("/taskId").asString(""));
            }
            return drawn;
        }

        void put(String step, String task) {
            if (!task.isEmpty()) {
                tasks.put(step, task);
            }
        }

        Drawn withState(String other) {
            return new Drawn(name, other, needs, states, tasks);
        }
    }

    /** What a listener makes of the events. */
    private static class Drawing {

        private final Map<String, Drawn> chains = new TreeMap<>();
        private final Map<String, JsonNode> fanOuts = new TreeMap<>();
        private final Map<String, Map<String, String>> elements = new TreeMap<>();

        void add(JsonNode event) {
            String chain = event.at("/chainId").asString("");
            String fanOut = event.at("/fanOutId").asString("");
            String state = event.at("/data/state").asString("");
            switch (event.at("/type").asString()) {
                case "chain.state" -> {
                    if (event.at("/data/steps").isArray()) {
                        chains.put(chain, Drawn.chain(event.at("/data")));
                    } else {
                        chains.computeIfPresent(chain, (_, drawn) -> drawn.withState(state));
                    }
                    element(fanOut, chain, state);
                }
                case "chain.step" -> {
                    Drawn drawn = chains.get(chain);
                    String step = event.at("/data/step").asString();
                    drawn.states().put(step, state);
                    drawn.put(step, event.at("/taskId").asString(""));
                }
                case "fanout.state" -> fanOuts.put(fanOut, event);
                case "task.state" -> {
                    if (chain.isEmpty()) {
                        element(fanOut, event.at("/taskId").asString(), state);
                    }
                }
                default -> {}
            }
        }

        private void element(String fanOut, String id, String state) {
            if (!fanOut.isEmpty()) {
                elements.computeIfAbsent(fanOut, _ -> new LinkedHashMap<>()).put(id, state);
            }
        }

        boolean isComplete() {
            return chains.size() == 3
                    && chains.values().stream().noneMatch(drawn -> drawn.state().equals("RUNNING"))
                    && fanOuts.size() == 2
                    && fanOuts.values().stream()
                            .noneMatch(
                                    event -> event.at("/data/state").asString().equals("RUNNING"));
        }
    }
}
