package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Spend;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ResultClassifierTest {

    @ParameterizedTest
    @ValueSource(strings = {"rate-limited-then-ok", "two-turns-partial", "json-schema", "tool-denied-without-host"})
    void recordedSuccessesAreAnswers(String transcript) {
        assertThat(Transcript.results(transcript))
                .allMatch(result -> verdict(result).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "bad-request-is-error, API_ERROR, API Error: 400 scripted 400",
        "resume-unknown, SESSION_NOT_FOUND, No conversation found with session ID: 00000000-0000-4000-8000-000000000000",
        "max-budget, BUDGET_EXCEEDED, Reached maximum budget ($0.5)"
    })
    void recordedFailuresAreReported(String transcript, FailureCode code, String message) {
        assertThat(verdict(Transcript.results(transcript).getFirst())).contains(Failure.of(code, message));
    }

    @ParameterizedTest
    @CsvSource({
        "400, , API_ERROR",
        "401, , AUTHENTICATION_FAILED",
        "402, , BILLING_ERROR",
        "403, , AUTHENTICATION_FAILED",
        "404, model_not_found, API_ERROR",
        "429, , RATE_LIMITED",
        "429, unknown, RATE_LIMITED",
        "500, server_error, API_UNAVAILABLE",
        "503, , API_UNAVAILABLE",
        "529, , OVERLOADED",
        ", , API_UNAVAILABLE",
        ", billing_error, BILLING_ERROR",
        "400, billing_error, BILLING_ERROR"
    })
    void apiFailuresAreDistinguished(@Nullable Integer status, @Nullable String apiError, FailureCode code) {
        CliMessage.Result result = result("success", true, 1, "api_error", status);

        assertThat(ResultClassifier.failure(result, apiError, null, false))
                .map(Failure::code)
                .contains(code);
    }

    @ParameterizedTest
    @CsvSource({"0, completed", "1, prompt_too_long", "0,"})
    void successWithoutAnAnswerIsAFailure(int turns, @Nullable String reason) {
        assertThat(verdict(result("success", false, turns, reason, null)))
                .map(Failure::code)
                .contains(FailureCode.TASK_FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "error_max_turns, MAX_TURNS_REACHED",
        "error_max_structured_output_retries, STRUCTURED_OUTPUT_INVALID",
        "error_during_execution, EXECUTION_ERROR",
        "error_of_tomorrow, EXECUTION_ERROR"
    })
    void errorSubtypesHaveCodes(String subtype, FailureCode code) {
        assertThat(verdict(result(subtype, true, 1, null, null)))
                .map(Failure::code)
                .contains(code);
    }

    @Test
    void anAnswerWithoutTheStructureThatWasAskedForIsAFailure() {
        CliMessage.Result result = result("success", false, 1, "completed", null);

        assertThat(ResultClassifier.failure(result, null, null, true))
                .map(Failure::code)
                .contains(FailureCode.STRUCTURED_OUTPUT_INVALID);
    }

    @Test
    void theTimeOfRenewalBelongsToTheLimitOnly() {
        Instant renewal = Instant.ofEpochSecond(1_900_000_000);

        assertThat(ResultClassifier.failure(result("success", true, 1, "api_error", 429), null, renewal, false))
                .map(Failure::retryAt)
                .contains(renewal);
        assertThat(ResultClassifier.failure(result("success", true, 1, "api_error", 400), null, renewal, false))
                .get()
                .extracting(Failure::retryAt)
                .isNull();
    }

    private static Optional<Failure> verdict(CliMessage.Result result) {
        return ResultClassifier.failure(result, null, null, false);
    }

    private static CliMessage.Result result(
            String subtype, boolean isError, int turns, @Nullable String reason, @Nullable Integer status) {
        return new CliMessage.Result(
                subtype,
                isError,
                reason,
                status,
                "",
                List.of(),
                null,
                turns,
                Duration.ZERO,
                Spend.NOTHING,
                JsonNodeFactory.instance.arrayNode(),
                null,
                false);
    }
}
