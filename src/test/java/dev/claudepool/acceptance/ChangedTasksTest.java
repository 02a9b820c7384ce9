package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What of a queued task can be changed, and what comes of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangedTasksTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String LAST_DAY = "9999-12-31T23:59:59Z";

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void aHigherPriorityLetsItStartEarlier() {
        client.post("/pool/pause", Map.of());
        String first = client.submit("a");
        String second = client.submit("b");

        Answer changed = client.patch("/tasks/" + second, "{\"priority\":10}");
        client.post("/pool/resume", Map.of());

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().at("/priority").asInt()).isEqualTo(10);
        assertThat(startOf(second)).isBefore(startOf(first));
    }

    @Test
    void aTaskThatNeedsNotWaitAnyLongerStarts() {
        String id = waiting();

        Answer changed = client.patch("/tasks/" + id, "{\"notBefore\":null}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(client.awaitEnd(id, LONGEST).at("/state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void itIsFoundByItsNewLabels() {
        String id = client.submit(task("a")
                .with("notBefore", LAST_DAY)
                .with("tags", List.of("old", "both"))
                .with("name", "old"));

        client.patch("/tasks/" + id, "{\"tags\":[\"new\",\"both\"],\"name\":\"new\",\"metadata\":{\"k\":\"v\"}}");

        JsonNode task = client.task(id);
        assertThat(task.at("/name").asString()).isEqualTo("new");
        assertThat(task.at("/metadata/k").asString()).isEqualTo("v");
        assertThat(client.get("/tasks?tag=old").json().at("/items")).isEmpty();
        assertThat(client.get("/tasks?tag=new").json().at("/items/0/id").asString())
                .isEqualTo(id);
        assertThat(client.get("/tasks?tag=both").json().at("/items")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"prompt":"b"}          | prompt    | cannot be changed; only these can: maxBudgetUsd, metadata
            {"colour":1}            | colour    | cannot be changed
            {"priority":1001}       | priority  | must be between
            {"notBefore":"later"}   | notBefore | must be a time
            {"metadata":{"a":1}}    | metadata.a | must be a string
            """)
    void whatCannotBeChangedIsRefusedWithItsName(String patch, String field, String message) {
        String id = waiting();
        JsonNode before = client.task(id);

        Answer answer = client.patch("/tasks/" + id, patch);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
        assertThat(answer.json().at("/errors/0/message").asString()).startsWith(message);
        assertThat(client.task(id)).isEqualTo(before);
    }

    @Test
    void aSlotThatIsNotThereIsRefused() {
        String id = waiting();

        assertThat(client.patch("/tasks/" + id, "{\"slot\":\"slot-99\"}").code())
                .isEqualTo("no-slots-available");

        assertThat(client.get("/tasks/" + id + "/spec").json().at("/slot").isNull())
                .isTrue();
    }

    @Test
    void onlyAQueuedTaskCanBeChanged() {
        String id = client.submit("a");
        client.awaitEnd(id, LONGEST);

        assertThat(client.patch("/tasks/" + id, "{\"priority\":1}").code()).isEqualTo("conflict");
        assertThat(client.patch("/tasks/" + UUID.randomUUID(), "{}").code()).isEqualTo("task-not-found");
    }

    private String waiting() {
        return client.submit(task("a").with("notBefore", LAST_DAY));
    }

    private Instant startOf(String id) {
        return Instant.parse(client.awaitEnd(id, LONGEST).at("/startedAt").asString());
    }
}
