package dev.claudepool.claude;

import dev.claudepool.budget.Spend;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A line from the CLI, as far as we understand and need it; the texts in it are never printed. */
sealed interface CliMessage {

    /** Returns whether the model said or did something, or ended a turn. */
    default boolean showsWork() {
        return switch (this) {
            case Assistant _, ToolResults _, TextDelta _, MessageStop _, ApiRetry _, Result _, Unusable _ -> true;
            case PromptState _,
                    Preparing _,
                    LimitReached _,
                    PermissionRequest _,
                    ControlAnswer _,
                    ConversationReset _,
                    Other _,
                    Noise _ -> false;
        };
    }

    /** The progress of a prompt that was sent: queued, begun or done. */
    record PromptState() implements CliMessage {}

    /** The start of a turn, before the API is called. */
    record Preparing(@Nullable String model) implements CliMessage {}

    /**
     * Finished blocks of the model.
     *
     * @param model the model; null when the CLI made the message up
     * @param error what failed, when the message stands for a failure of the API
     * @param ofMainLoop false when a subagent wrote it
     */
    record Assistant(
            List<Block> blocks,
            @Nullable String model,
            @Nullable String error,
            boolean ofMainLoop) implements CliMessage {
        @Override
        public String toString() {
            return "Assistant[" + blocks.size() + " blocks]";
        }
    }

    /** A block of an assistant's message. */
    sealed interface Block {

        record Text(String text) implements Block {
            @Override
            public String toString() {
                return "Text";
            }
        }

        record ToolUse(String id, String name, JsonNode input) implements Block {
            @Override
            public String toString() {
                return "ToolUse[" + name + "]";
            }
        }
    }

    /** The results of tools. */
    record ToolResults(List<TurnEvent.ToolResult> results) implements CliMessage {}

    /** A piece of text that the main loop is writing. */
    record TextDelta(String text) implements CliMessage {
        @Override
        public String toString() {
            return "TextDelta";
        }
    }

    /** The API has finished a message, and its price is known. */
    record MessageStop() implements CliMessage {}

    /** The CLI will ask the API again after {@code delay}. */
    record ApiRetry(String error, @Nullable Integer status, int attempt, int maxRetries, Duration delay)
            implements CliMessage {}

    /** The limit of a subscription is used up; null when the time of its renewal is not known. */
    record LimitReached(@Nullable Instant resetsAt) implements CliMessage {}

    /** The CLI asks whether a tool may be used. */
    record PermissionRequest(String requestId) implements CliMessage {}

    /** The answer to a request of ours; {@code error} is null when it was granted. */
    record ControlAnswer(String requestId, @Nullable String error, JsonNode response) implements CliMessage {

        /** Returns what stands for an answer that never came. */
        static ControlAnswer none(String reason) {
            return new ControlAnswer("", reason, MissingNode.getInstance());
        }

        /** Returns whether the CLI answered, even if it refused. */
        boolean isGiven() {
            return !requestId.isEmpty();
        }

        @Override
        public String toString() {
            return "ControlAnswer[" + requestId + "]";
        }
    }

    /** The running totals of cost start again at 0. */
    record ConversationReset() implements CliMessage {}

    /**
     * The end of a turn.
     *
     * @param total the running total of the session, not of the turn
     * @param ofBackgroundWork true when it does not belong to a prompt of ours
     */
    record Result(
            String subtype,
            boolean isError,
            @Nullable String terminalReason,
            @Nullable Integer apiStatus,
            String text,
            List<String> errors,
            @Nullable JsonNode structuredOutput,
            int turns,
            Duration duration,
            Spend total,
            JsonNode permissionDenials,
            @Nullable UUID sessionId,
            boolean ofBackgroundWork)
            implements CliMessage {
        /** Returns the answer of a successful result. */
        Answer answer(String model) {
            return new Answer(text, false, structuredOutput, turns, duration, model, permissionDenials);
        }

        @Override
        public String toString() {
            return "Result[" + subtype + ", isError=" + isError + ", turns=" + turns + "]";
        }
    }

    /** Valid, but nothing that we need: a sign of life. */
    record Other() implements CliMessage {}

    /**
     * A line that cannot be what it should be, or is too much to hold.
     *
     * @param failure what a turn fails with that gets it
     * @param ofResult whether it is the end of the turn
     */
    record Unusable(Failure failure, boolean ofResult) implements CliMessage {}

    /** A line that is not a message. */
    record Noise() implements CliMessage {}
}
