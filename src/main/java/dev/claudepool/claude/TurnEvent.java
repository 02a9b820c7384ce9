package dev.claudepool.claude;

import dev.claudepool.budget.Spend;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Something that happened in a turn before its end; the texts in it are never printed. */
public sealed interface TurnEvent {

    /** A finished block of text. */
    record Text(String text) implements TurnEvent {
        @Override
        public String toString() {
            return "Text[" + text.length() + " characters]";
        }
    }

    /** A piece of a block of text that is being written. */
    record Delta(String text) implements TurnEvent {
        @Override
        public String toString() {
            return "Delta[" + text.length() + " characters]";
        }
    }

    /** A tool is called. */
    record ToolUse(String id, String name, JsonNode input) implements TurnEvent {
        @Override
        public String toString() {
            return "ToolUse[" + id + ", " + name + "]";
        }
    }

    /** The result of the tool call {@code id}. */
    record ToolResult(String id, boolean error, String content) implements TurnEvent {
        @Override
        public String toString() {
            return "ToolResult[" + id + ", error=" + error + "]";
        }
    }

    /** The CLI waits for {@code delay} and then asks the API again. */
    record Retry(String error, @Nullable Integer status, int attempt, int maxRetries, Duration delay)
            implements TurnEvent {}

    /** The cost of the turn so far. */
    record Spent(Spend spend) implements TurnEvent {}
}
