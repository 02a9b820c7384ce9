package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Has each operation answer what it declares besides the problems that any operation can have, with the stub. */
class DeclaredOutcomesTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Map<String, ?> CHAIN = Map.of("steps", List.of(step("a", "a")));
    private static final Map<String, ?> FAN_OUT = Map.of("prompts", List.of("a"));

    @TempDir
    private Path directory;

    @AutoClose
    private TestingPool pool;

    private PoolClient client;

    @BeforeEach
    void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1", "claude-pool.task.retries=0");
        client = pool.client();
    }

    @Test
    void readingAnswersWhatThereIs() {
        String id = client.run("a").json().get("taskId").asString();

        expect(200, client.get("/info"));
        expect(200, client.get("/pool"));
        expect(200, client.get("/slots"));
        expect(200, client.get("/slots/slot-0"));
        expect(200, client.get("/budget"));
        expect(200, client.get("/budget/ledger"));
        expect(200, client.get("/budget/spend?by=model"));
        expect(200, client.get("/chains"));
        expect(200, client.get("/fan-outs"));
        expect(200, client.get("/tasks"));
        expect(200, client.get("/tasks/" + id));
        expect(200, client.get("/tasks/" + id + "/spec"));
        expect(200, client.get("/tasks/" + id + "/events"));
        expect(200, client.get("/tasks/" + id + "/result"));
        expect(202, client.post("/tasks/" + id + "/retry", Map.of()));
        expect(204, client.delete("/tasks/" + id));
    }

    @Test
    void settingsAreTaken() {
        expect(200, client.put("/budget", Map.of("capUsd", 10)));
        expect(200, client.patch("/slots/slot-0", "{\"name\":\"Ada\"}"));
        expect(201, client.put("/context/build", Map.of("value", "a")));
        expect(200, client.put("/context/build", Map.of("value", "b")));
        expect(200, client.get("/context/build"));
        expect(200, client.get("/context"));
        expect(204, client.delete("/context/build"));
        expect(200, client.post("/pool/scale", Map.of("slots", 1)));
        expect(200, client.post("/pool/pause", Map.of()));
        expect(200, client.post("/pool/resume", Map.of()));
    }

    @Test
    void whatRunsIsToldFromWhatHasEnded() throws Exception {
        String running = client.submit("STUB:until go");
        String queued = client.submit("b");
        String wait = "?wait=PT0.1S";

        expect(202, client.get("/tasks/" + running + "/result"));
        expect(504, client.post("/run" + wait, task("c")));
        expect(202, client.post("/wait" + wait, Map.of("ids", List.of(running))));
        expect(202, client.post("/chains" + wait, CHAIN));
        expect(202, client.post("/fan-outs" + wait, FAN_OUT));
        String chain = client.submitChain(CHAIN);
        expect(202, client.get("/chains/" + chain + wait));
        String fanOut = client.post("/fan-outs", FAN_OUT).json().get("id").asString();
        expect(202, client.get("/fan-outs/" + fanOut + wait));
        expect(200, client.patch("/tasks/" + queued, "{\"priority\":1}"));
        expect(409, client.patch("/tasks/" + running, "{\"priority\":1}"));
        expect(409, client.post("/tasks/" + running + "/retry", Map.of()));
        expect(409, client.delete("/tasks/" + running));
        expect(202, client.post("/tasks/" + queued + "/cancel", Map.of()));
        expect(409, client.get("/tasks/" + queued + "/result"));
        expect(202, client.post("/chains/" + chain + "/cancel", Map.of()));
        expect(202, client.post("/fan-outs/" + fanOut + "/cancel", Map.of()));

        pool.let("go");
        client.awaitEnd(running, LONGEST);
        expect(200, client.post("/wait", Map.of("ids", List.of(running))));
        expect(200, client.post("/chains?wait=PT1M", CHAIN));
        expect(200, client.post("/fan-outs?wait=PT1M", FAN_OUT));
        expect(200, client.get("/chains/" + chain));
        expect(200, client.get("/fan-outs/" + fanOut));
        String succeeded =
                client.post("/chains?wait=PT1M", CHAIN).json().get("id").asString();
        expect(409, client.post("/chains/" + succeeded + "/retry", Map.of()));
    }

    @Test
    void failuresOfTasksAreProblems() {
        expect(502, client.run("STUB:fail error_during_execution"));
        expect(502, client.get("/tasks/" + last() + "/result"));
        expect(504, client.post("/run", task("STUB:silence").with("timeout", "PT1S")));
        expect(504, client.get("/tasks/" + last() + "/result"));
        expect(402, client.post("/run", task("STUB:fail error_max_budget_usd")));
        expect(402, client.get("/tasks/" + last() + "/result"));
        expect(202, client.post("/chains/" + failedChain() + "/retry", Map.of()));
    }

    @Test
    void withoutMoneyNothingIsTaken() {
        String ended = client.run("a").json().get("taskId").asString();
        String chain = failedChain();
        String fanOut = failedFanOut();
        expect(200, client.post("/pool/pause", Map.of()));
        String queued = client.submit("b");
        expect(200, client.put("/budget", Map.of("capUsd", 0)));

        expect(402, client.post("/run", task("a")));
        expect(402, client.post("/tasks", task("a")));
        expect(402, client.post("/tasks/" + ended + "/retry", Map.of()));
        expect(402, client.patch("/tasks/" + queued, "{\"priority\":1}"));
        expect(402, client.post("/chains", CHAIN));
        expect(402, client.post("/chains/" + chain + "/retry", Map.of()));
        expect(402, client.post("/fan-outs", FAN_OUT));
        expect(402, client.post("/fan-outs/" + fanOut + "/retry", Map.of()));
    }

    @Test
    void aKeyIsForOneRequest() {
        String key = UUID.randomUUID().toString();
        expect(202, withKey(key, "/tasks", "{\"prompt\":\"a\"}"));

        expect(409, withKey(key, "/tasks", "{\"prompt\":\"b\"}"));
        expect(409, withKey(key, "/run", "{\"prompt\":\"b\"}"));
        expect(409, withKey(key, "/chains", "{\"steps\":[{\"name\":\"a\",\"prompt\":\"a\"}]}"));
        expect(409, withKey(key, "/fan-outs", "{\"prompts\":[\"a\"]}"));
    }

    @Test
    void aDrainedPoolStaysSo() {
        expect(200, client.post("/pool/drain", Map.of()));

        expect(409, client.post("/pool/pause", Map.of()));
        expect(409, client.post("/pool/resume", Map.of()));
        expect(409, client.post("/pool/scale", Map.of("slots", 2)));
    }

    private static void expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    private Answer withKey(String key, String path, String body) {
        return client.send(client.request(path).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body)));
    }

    private String last() {
        return client.get("/tasks?limit=1").json().at("/items/0/id").asString();
    }

    private String failedChain() {
        String id = client.submitSteps(step("a", "STUB:fail error_during_execution"));
        assertThat(client.awaitChain(id, LONGEST).get("state").asString()).isEqualTo("FAILED");
        return id;
    }

    private String failedFanOut() {
        JsonNode ended = client.post(
                        "/fan-outs?wait=" + LONGEST, Map.of("prompts", List.of("STUB:fail error_during_execution")))
                .json();
        assertThat(ended.get("state").asString()).isEqualTo("FAILED");
        return ended.get("id").asString();
    }
}
