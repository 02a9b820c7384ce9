package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import java.io.IOException;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** Sends the answer to one request. */
sealed interface ReplyWriter permits StreamedReply, WholeReply {

    Duration FOR_EVER = Duration.ofDays(365);

    void text(String text, Duration over, Tokens tokens) throws IOException;

    void toolUse(String name, ObjectNode input, Tokens tokens) throws IOException;

    /** Begins the answer and waits until the client goes. */
    void silence(Tokens tokens) throws IOException;

    /** Sends a part of the answer only. */
    void half(String text, Tokens tokens) throws IOException;

    /** Ends the answer; the meter counts it before the client sees the end. */
    void finish() throws IOException;

    /** Returns the tokens that were reported to the client; until the output is reported, what the CLI takes it for. */
    Tokens reported();

    /** Returns whether a part of the content was sent; before that, the CLI does not count an answer that is cut. */
    boolean hasContent();
}
