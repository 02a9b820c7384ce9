package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One instruction to the stand-in, found in a prompt; {@link Script} has the grammar. */
sealed interface Directive {

    /** Answer with this text. */
    record Echo(String text) implements Directive {}

    /** Answer with the earlier user texts of the session. */
    record Recall() implements Directive {}

    /** Answer with this many bytes. */
    record Large(int bytes) implements Directive {}

    /** Spread the answer over this time. */
    record Slow(Duration over) implements Directive {}

    /** Begin the answer, and then say nothing until the client goes. */
    record Hang(Times times) implements Directive {}

    /** Charge these for each request of the turn. */
    record Charge(Tokens tokens) implements Directive {}

    /** Use a tool, then go on with its result. */
    record UseTool(String name, ObjectNode input) implements Directive {}

    /** Refuse with this HTTP status. */
    record Refuse(int status, Times times, @Nullable Duration retryAfter) implements Directive {}

    /** Break the connection in the middle of the answer. */
    record BreakOff(Times times) implements Directive {}

    /**
     * The number of requests that a fault affects.
     *
     * @param limit the first so many
     * @param perSession counted in each session whatever its prompts, rather than for all requests with this prompt
     */
    record Times(int limit, boolean perSession) {
        static final Times ALWAYS = new Times(Integer.MAX_VALUE, false);
    }
}
