package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import tools.jackson.databind.JsonNode;

/** Rows that were damaged, or that a newer version wrote, with the stub. */
@ExtendWith(OutputCaptureExtension.class)
class DamagedStoreTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private String done = "";
    private String queued = "";
    private String running = "";
    private String chain = "";
    private String heldChain = "";
    private String fanOutOfChains = "";
    private String fanOut = "";

    /** Leaves a bit of everything in the store. */
    @BeforeEach
    void fillTheStore() throws Exception {
        try (TestingPool pool =
                TestingPool.stubbed(directory, "claude-pool.slots=1", "claude-pool.drain.grace=100ms")) {
            PoolClient client = pool.client();
            done = client.submit("done");
            client.awaitEnd(done, LONGEST);
            client.put("/context/note", Map.of("value", "a note"));
            client.patch("/slots/slot-0", "{\"name\":\"Ann\"}");
            running = client.submit("STUB:until never");
            client.awaitState(running, "RUNNING", LONGEST);
            queued = client.submit("queued");
            Map<String, ?> step = step("one", "one");
            chain = client.submitChain(Map.of("steps", List.of(step)));
            fanOutOfChains = id(client.post(
                    "/fan-outs",
                    Map.of(
                            "maxConcurrency",
                            1,
                            "chains",
                            List.of(Map.of("steps", List.of(step)), Map.of("steps", List.of(step))))));
            heldChain = client.get("/fan-outs/" + fanOutOfChains)
                    .json()
                    .at("/chains/1/id")
                    .asString();
            fanOut = id(client.post("/fan-outs", Map.of("prompts", List.of("x"))));
        }
        execute(
                "update task set state = 'RUNNING', resumable = 0, epoch = 1, slot_id = 'slot-0' where id = '%s'",
                running);
    }

    @Test
    void keepNeitherTheServiceFromStartingNorTheOthersFromGoingOn(CapturedOutput output) throws Exception {
        execute("update task set spec = '{' where id = '%s'", queued);
        execute("update task set spec = '{\"prompt\":\"x\",\"effort\":\"boundless\"}' where id = '%s'", running);
        execute("update task set result = 'x', spend_models = 'x' where id = '%s'", done);
        execute("delete from ledger where kind = 'RESERVED'");
        execute("update chain set spec = '[]' where id = '%s'", chain);
        execute("delete from chain_step where chain_id = '%s'", heldChain);
        execute("update fan_out set options = 'x' where id = '%s'", fanOut);
        execute("update slot set settings = 'x', session_id = 'x'");
        execute("update context_entry set value = '{'");
        execute("insert into event (type, at, task_id, data) values ('task.mood', 0, '%s', '{}')", done);
        execute("update event set data = 'x' where seq = (select min(seq) from event where task_id = '%s')", done);
        execute("update ledger set kind = 'GIFT' where kind = 'SETTLED' and task_id = '%s'", done);

        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            PoolClient client = pool.client();

            assertThatTask(client.run("a new one").json()).hasOutput("echo: a new one");
            assertUnreadable(client.awaitEnd(queued, LONGEST));
            assertUnreadable(client.awaitEnd(running, LONGEST));
            assertUnreadable(client.task(done));
            assertUnreadable(client.awaitChain(chain, LONGEST));
            assertUnreadable(client.awaitChain(heldChain, LONGEST));
            for (String id : List.of(fanOut, fanOutOfChains)) {
                JsonNode ended =
                        client.get("/fan-outs/" + id + "?wait=" + LONGEST).json();
                assertThat(ended.at("/finishedAt").isNull())
                        .as(ended.toString())
                        .isFalse();
            }
            for (String list : List.of(
                    "/tasks", "/chains", "/fan-outs", "/slots", "/context", "/budget/ledger", "/tasks/" + done)) {
                PoolClient.Answer answer = client.get(list);
                assertThat(answer.status()).as(list + ": " + answer.text()).isEqualTo(200);
            }
            assertThat(client.get("/budget/ledger?limit=200").text()).contains("\"OTHER\"");
            assertThat(client.get("/tasks/" + done + "/events").text())
                    .contains("event: task.text")
                    .doesNotContain("task.mood");
        }
        assertThat(output).contains("table=task id=" + queued, "table=chain id=" + chain);
        assertThat(output.toString().substring(output.toString().lastIndexOf("Recovered")))
                .doesNotContain("\tat ");
    }

    @Test
    void membersThatOnlyANewerVersionKnowsAreIgnored() throws Exception {
        execute("update task set spec = '{\"prompt\":\"queued\",\"mood\":\"good\"}' where id = '%s'", queued);
        execute("update chain set spec = replace(spec, '{\"name\"', '{\"mood\":1,\"name\"') where id = '%s'", chain);
        execute("update fan_out set options = '{\"failFast\":false,\"mood\":1}' where id = '%s'", fanOut);
        execute("update slot set settings = '{\"name\":\"Ann\",\"mood\":1}'");

        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=2")) {
            PoolClient client = pool.client();

            assertThatTask(client.awaitEnd(queued, LONGEST)).hasSucceeded();
            assertThatChain(client.awaitChain(chain, LONGEST)).hasSucceeded();
            assertThat(client.get("/slots/slot-0").json().at("/name").asString())
                    .isEqualTo("Ann");
            assertThat(client.post("/tasks", task("x").with("mood", "good")).status())
                    .isEqualTo(400);
        }
    }

    @Test
    void schemaThatIsNotWholeEndsTheStartWithOneMessage(CapturedOutput output) {
        execute("alter table task rename to tusk");
        int before = output.toString().length();

        assertThatThrownBy(() -> TestingPool.stubbed(directory).close()).isInstanceOf(Exception.class);

        assertThat(output.toString().substring(before))
                .contains("APPLICATION FAILED TO START", "no such table", "restore a backup")
                .doesNotContain("\tat ");
    }

    @Test
    void accountThatIsMissingEndsTheStartWithOneMessage(CapturedOutput output) {
        execute("delete from account");
        int before = output.toString().length();

        assertThatThrownBy(() -> TestingPool.stubbed(directory).close()).isInstanceOf(Exception.class);

        assertThat(output.toString().substring(before))
                .contains("APPLICATION FAILED TO START", "does not hold what it must")
                .doesNotContain("\tat ");
    }

    private static void assertUnreadable(JsonNode view) {
        assertThatTask(view).hasState("FAILED");
        assertThatTask(view).hasErrorCode("stored-unreadable");
    }

    private static String id(PoolClient.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().at("/id").asString();
    }

    private void execute(String sql, String... ids) {
        Path database = directory.resolve("data/claude-pool.db");
        try (SingleConnectionDataSource connection = new SingleConnectionDataSource("jdbc:sqlite:" + database, true)) {
            JdbcClient jdbc = JdbcClient.create(connection);
            jdbc.sql("pragma ignore_check_constraints = true").update();
            jdbc.sql(sql.formatted((Object[]) ids)).update();
        }
    }
}
