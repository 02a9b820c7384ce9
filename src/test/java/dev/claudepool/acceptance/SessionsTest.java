package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.Exchange;
import dev.claudepool.demo.MessagesApi;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Conversations that go on, with the real CLI. */
class SessionsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void tenTasksInASlotsSessionAreOneConversationWhichGoesOnAfterARestart() throws Exception {
        try (MessagesApi api = MessagesApi.start()) {
            List<String> properties =
                    TestingPool.properties(directory, RealCli.executable(), api, "claude-pool.slots=1");
            List<JsonNode> tasks;
            try (ServiceProcess service = ServiceProcess.start(directory, properties)) {
                List<String> ids = IntStream.range(0, 10)
                        .mapToObj(i -> service.client()
                                .submit(task("part %d [[echo:fine]]".formatted(i))
                                        .with("session", "slot")))
                        .toList();
                tasks = ids.stream()
                        .map(id -> service.client().awaitState(id, "SUCCEEDED", LONGEST))
                        .toList();
            }
            BigDecimal ten = api.meter().usd().toUsd();
            try (ServiceProcess service = ServiceProcess.start(directory, properties)) {
                Answer eleventh = service.client()
                        .post("/run?wait=PT5M", task("part 10 [[echo:fine]]").with("session", "slot"));

                assertThat(tasks)
                        .extracting(task -> task.at("/sessionId").asString())
                        .containsOnly(eleventh.json().at("/sessionId").asString());
                assertThat(tasks.stream().map(SessionsTest::spend).reduce(BigDecimal.ZERO, BigDecimal::add))
                        .isEqualByComparingTo(ten);
                assertThat(eleventh.json().at("/spentUsd").decimalValue())
                        .isEqualByComparingTo(api.meter().usd().toUsd().subtract(ten));
                Exchange last = api.exchanges().getLast();
                assertThat(last.userTexts())
                        .isEqualTo(IntStream.range(0, 11)
                                .mapToObj("part %d [[echo:fine]]"::formatted)
                                .toList());
            }
        }
    }

    @Test
    void aSessionThatIsGoneGivesAClearCodeOrBeginsAnew() throws Exception {
        try (TestingPool pool =
                TestingPool.real(directory, "claude-pool.slots=1", "claude-pool.task.foreign-sessions=true")) {
            String unknown = UUID.randomUUID().toString();

            Answer failed =
                    pool.client().post("/run?wait=PT5M", task("[[echo:x]]").with("session", unknown));
            Answer anew = pool.client()
                    .post(
                            "/run?wait=PT5M",
                            task("[[echo:x]]").with("session", unknown).with("sessionFallback", "fresh"));
            Answer followUp =
                    pool.client().post("/run?wait=PT5M", task("[[recall]]").with("session", unknown));

            assertThatTask(failed.json()).hasErrorCode("session-not-found");
            assertThat(anew.status()).as(anew.text()).isEqualTo(200);
            assertThatTask(followUp.json()).hasOutput("[[echo:x]]");
        }
    }

    @Test
    void aConversationOfSomebodyElseIsNotGoneOnIn() throws Exception {
        String foreign;
        try (TestingPool other = TestingPool.real(directory, "claude-pool.slots=1")) {
            foreign = other.client()
                    .run("the secret [[echo:x]]")
                    .json()
                    .at("/sessionId")
                    .asString();
        }
        Files.move(directory.resolve("data"), directory.resolve("data-of-somebody-else"));
        Map<String, Object> task = task("[[recall]]").with("session", foreign);
        Map<String, Object> step = step("a", "[[recall]]").with("config", Map.of("session", foreign));

        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            Answer refused = pool.client().post("/run", task);
            Answer ofChain = pool.client().post("/chains", Map.of("steps", List.of(step)));
            Answer ofFanOut = pool.client().post("/fan-outs", Map.of("tasks", List.of(task)));
            Answer anew = pool.client()
                    .post("/run", task("[[recall]]").with("session", foreign).with("sessionFallback", "fresh"));

            assertThat(List.of(field(refused), field(ofChain), field(ofFanOut)))
                    .containsExactly("session", "steps[0].config.session", "tasks[0].session");
            assertThat(anew.status()).as(anew.text()).isEqualTo(200);
            assertThat(pool.api().exchanges())
                    .allSatisfy(exchange ->
                            assertThat(exchange.userTexts()).noneMatch(text -> text.contains("the secret")));
        }
    }

    private static String field(Answer refused) {
        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        return refused.json().at("/errors/0/field").asString();
    }

    @Test
    void theSessionOfATaskIsGoneOnInByItsId() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            String known = pool.client()
                    .run("the number 7 [[echo:x]]")
                    .json()
                    .at("/sessionId")
                    .asString();

            Answer followUp = pool.client().post("/run", task("[[recall]]").with("session", known));

            assertThat(followUp.json().at("/output").asString())
                    .as(followUp.text())
                    .contains("the number 7");
        }
    }

    @Test
    void theSlotsSessionIsNotSilentlyForgotten() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            RequestBody task = task("[[echo:x]]").with("session", "slot");
            String session = pool.client()
                    .post("/run?wait=PT5M", task)
                    .json()
                    .at("/sessionId")
                    .asString();
            // Another session takes the process of the session, so that the next task must resume it.
            pool.client().put("/context/any", Map.of("value", "thing"));
            delete(directory.resolve("data"), session);

            Answer gone = pool.client().post("/run?wait=PT5M", task);
            Answer anew = pool.client()
                    .post(
                            "/run?wait=PT5M",
                            task("[[echo:x]]").with("session", "slot").with("sessionFallback", "fresh"));

            assertThatTask(gone.json()).as(gone.text()).hasErrorCode("session-not-found");
            assertThat(anew.status()).as(anew.text()).isEqualTo(200);
        }
    }

    @Test
    void aFollowUpOfATaskThatNeverRanCannotGoOn() throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            pool.client().post("/pool/pause", Map.of());
            String never = pool.client().submit("[[echo:x]]");
            pool.client().post("/tasks/" + never + "/cancel", Map.of());
            pool.client().post("/pool/resume", Map.of());

            Answer failed =
                    pool.client().post("/run?wait=PT5M", task("[[echo:y]]").with("session", never));
            Answer anew = pool.client()
                    .post(
                            "/run?wait=PT5M",
                            task("[[echo:y]]").with("session", never).with("sessionFallback", "fresh"));

            assertThatTask(failed.json()).hasErrorCode("session-not-found");
            assertThatTask(anew.json()).as(anew.text()).hasOutput("y");
        }
    }

    private static void delete(Path data, String session) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith(session))
                    .filter(Files::isRegularFile)
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private static BigDecimal spend(JsonNode task) {
        return task.at("/result/spentUsd").decimalValue();
    }
}
