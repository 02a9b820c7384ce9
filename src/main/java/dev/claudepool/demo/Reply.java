package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The stand-in's answer to one request. */
sealed interface Reply {

    /** A text, spread over some time. */
    record Text(String text, Duration over, Tokens tokens) implements Reply {}

    /** The use of a tool. */
    record ToolUse(String name, ObjectNode input, Tokens tokens) implements Reply {}

    /** The beginning of an answer, and then silence. */
    record Silence(Tokens tokens) implements Reply {}

    /** Half an answer, and then a closed connection. */
    record Half(String text, Tokens tokens) implements Reply {}

    /** An HTTP error. */
    record Refusal(int status, @Nullable Duration retryAfter) implements Reply {}
}
