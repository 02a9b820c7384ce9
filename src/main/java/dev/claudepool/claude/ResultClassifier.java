package dev.claudepool.claude;

import dev.claudepool.claude.CliMessage.Result;
import dev.claudepool.web.Nesting;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Decides what a result of the CLI means: a {@code success} is often none. */
final class ResultClassifier {

    static final String NO_CONVERSATION = "No conversation found";

    /** The CLI's names of failures of the API, as far as a status says less. */
    private static final Map<String, FailureCode> API_ERRORS = Map.of(
            "authentication_failed", FailureCode.AUTHENTICATION_FAILED,
            "oauth_org_not_allowed", FailureCode.AUTHENTICATION_FAILED,
            "verification_required", FailureCode.AUTHENTICATION_FAILED,
            "cloud_credential_error", FailureCode.AUTHENTICATION_FAILED,
            "account_on_hold", FailureCode.BILLING_ERROR,
            "billing_error", FailureCode.BILLING_ERROR,
            "rate_limit", FailureCode.RATE_LIMITED,
            "overloaded", FailureCode.OVERLOADED,
            "server_error", FailureCode.API_UNAVAILABLE);

    private static final int LONGEST_MESSAGE = 1000;

    private ResultClassifier() {}

    /** The failure that {@code result} reports; empty when it holds an answer. */
    static Optional<Failure> failure(
            Result result, @Nullable String apiError, @Nullable Instant resetsAt, boolean structuredOutputWanted) {
        FailureCode code = code(result, apiError, structuredOutputWanted);
        if (code == null) {
            return Optional.empty();
        }
        Instant retryAt = code == FailureCode.RATE_LIMITED ? resetsAt : null;
        return Optional.of(new Failure(code, message(result, code), null, null, retryAt));
    }

    /** Returns whether the CLI did not find the session; it begins no turn then. */
    static boolean isSessionUnknown(Result result) {
        return result.errors().stream().anyMatch(error -> error.contains(NO_CONVERSATION));
    }

    /** The failure for which the CLI would retry in vain; empty when waiting can help. */
    static Optional<FailureCode> isPermanent(String apiError) {
        return Optional.ofNullable(API_ERRORS.get(apiError))
                .filter(code -> code == FailureCode.AUTHENTICATION_FAILED || code == FailureCode.BILLING_ERROR);
    }

    private static @Nullable FailureCode code(
            Result result, @Nullable String apiError, boolean structuredOutputWanted) {
        return switch (result.subtype()) {
            case "success" ->
                result.isError() ? apiFailure(result, apiError) : falseSuccess(result, structuredOutputWanted);
            case "error_max_turns" -> FailureCode.MAX_TURNS_REACHED;
            case "error_max_budget_usd" -> FailureCode.BUDGET_EXCEEDED;
            case "error_max_structured_output_retries" -> FailureCode.STRUCTURED_OUTPUT_INVALID;
            default -> isSessionUnknown(result) ? FailureCode.SESSION_NOT_FOUND : FailureCode.EXECUTION_ERROR;
        };
    }

    private static FailureCode apiFailure(Result result, @Nullable String apiError) {
        Integer status = result.apiStatus();
        FailureCode named = apiError == null ? null : API_ERRORS.get(apiError);
        if (named != null) {
            return named;
        }
        if (status == null) {
            // No answer at all, such as a refused connection; or nothing to do with the API.
            return "api_error".equals(result.terminalReason()) ? FailureCode.API_UNAVAILABLE : FailureCode.TASK_FAILED;
        }
        return switch (status) {
            case 401, 403 -> FailureCode.AUTHENTICATION_FAILED;
            case 402 -> FailureCode.BILLING_ERROR;
            case 429 -> FailureCode.RATE_LIMITED;
            case 529 -> FailureCode.OVERLOADED;
            default -> status >= 500 ? FailureCode.API_UNAVAILABLE : FailureCode.API_ERROR;
        };
    }

    private static @Nullable FailureCode falseSuccess(Result result, boolean structuredOutputWanted) {
        String reason = result.terminalReason();
        if (result.turns() < 1 || (reason != null && !reason.equals("completed"))) {
            return FailureCode.TASK_FAILED;
        }
        JsonNode structured = result.structuredOutput();
        if (structured != null && Nesting.isTooDeep(structured)) {
            return FailureCode.OUTPUT_TOO_LARGE;
        }
        return structuredOutputWanted && structured == null ? FailureCode.STRUCTURED_OUTPUT_INVALID : null;
    }

    private static String message(Result result, FailureCode code) {
        String said = result.isError() && !result.text().isBlank()
                ? result.text()
                : result.errors().stream().findFirst().orElse("");
        if (said.isBlank()) {
            said = switch (code) {
                case STRUCTURED_OUTPUT_INVALID -> "The answer does not fit the output schema.";
                case OUTPUT_TOO_LARGE ->
                    "The structured output is nested more than " + Nesting.MOST_LEVELS + " levels deep.";
                case TASK_FAILED ->
                    result.turns() < 1
                            ? "The prompt brought no answer."
                            : "The turn ended early: " + result.terminalReason() + ".";
                default -> "The turn failed: " + code.code() + ".";
            };
        }
        return said.length() <= LONGEST_MESSAGE ? said : said.substring(0, LONGEST_MESSAGE) + "...";
    }
}
