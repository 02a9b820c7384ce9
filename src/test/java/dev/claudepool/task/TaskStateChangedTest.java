package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.web.ApiJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The JSON of this event is a contract with clients. */
class TaskStateChangedTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final UUID SESSION = new UUID(1, 2);

    private final Task queued = queued(Map.of(
            "prompt", "x".repeat(300), "name", "nightly run", "tags", List.of("a"), "priority", 2, "model", "sonnet"));

    @Test
    void aQueuedTaskShowsHowItWasAskedFor() {
        assertThat(json(queued))
                .isEqualTo("{\"state\":\"QUEUED\",\"attempts\":0,\"name\":\"nightly run\",\"preview\":\""
                        + "x".repeat(200) + "\",\"tags\":[\"a\"],\"priority\":2,\"model\":\"sonnet\"}");
    }

    @Test
    void aPreviewIsCutBetweenTwoCharacters() {
        Task smiling = queued(Map.of("prompt", "\ud83d\ude00".repeat(201)));

        assertThat(smiling.spec().preview()).isEqualTo("\ud83d\ude00".repeat(200));
    }

    @Test
    void aTaskThatWaitsForATimeShowsIt() {
        Task later = queued(Map.of()).with(new TaskState.Queued(NOW.plusSeconds(60), true, null, NOW));

        assertThat(json(later)).contains("\"notBefore\":\"2026-01-02T03:05:05Z\",\"interrupted\":true");
    }

    @Test
    void aRunningTaskShowsItsSession() {
        assertThat(json(running())).isEqualTo("""
                {"state":"RUNNING","attempts":1,"sessionId":"%s","cancelling":false}""".formatted(SESSION));
    }

    @Test
    void aTaskThatSucceededShowsItsFigures() {
        Task ended = running()
                .spent(TestingSpecs.spend("0.25"))
                .with(new TaskState.Succeeded(TestingSpecs.answer("secret"), NOW.plusMillis(1_500)));

        assertThat(json(ended))
                .startsWith(
                        "{\"state\":\"SUCCEEDED\",\"attempts\":1,\"waitMs\":500,\"runMs\":1000,\"spentUsd\":0.25,\"tokens\":{")
                .endsWith("},\"turns\":1,\"model\":\"claude-sonnet-4-5\"}")
                .doesNotContain("secret");
    }

    @Test
    void aTaskThatFailedShowsWhy() {
        TaskError error = TaskError.of(TestingSpecs.failure(FailureCode.CLI_EXITED));

        assertThat(json(running().with(new TaskState.Failed(error, NOW.plusMillis(600)))))
                .contains("\"runMs\":100")
                .contains("\"error\":{\"code\":\"cli-exited\"")
                .doesNotContain("\"turns\"");
    }

    @Test
    void aTaskThatNeverRanShowsHowLongItWaited() {
        assertThat(json(queued.with(new TaskState.Cancelled(NOW.plusMillis(700)))))
                .contains("\"waitMs\":700,\"runMs\":0,\"spentUsd\":0");
    }

    private static Task queued(Map<String, Object> members) {
        return Task.accepted(
                UUID.randomUUID(),
                TestingSpecs.spec(members),
                NOW,
                null,
                null,
                Origin.CLIENT,
                new TaskState.Queued(TaskState.Queued.AT_ONCE, false, null, NOW));
    }

    private Task running() {
        return queued.claimed("slot-0", SESSION, new TaskState.Running(false), NOW.plusMillis(500));
    }

    private static String json(Task task) {
        return ApiJson.mapper().valueToTree(TaskStateChanged.of(task)).toString();
    }
}
