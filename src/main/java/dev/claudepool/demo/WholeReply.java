package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer in one piece, for {@code "stream": false}. */
final class WholeReply implements ReplyWriter {

    private final Client client;
    private final Message message;
    private Tokens reported = Tokens.NONE;
    private String answer = "";

    WholeReply(Client client, Message message) {
        this.client = client;
        this.message = message;
    }

    @Override
    public void text(String text, Duration over, Tokens tokens) throws IOException {
        client.pause(over);
        prepare(Message.textBlock(text), "end_turn", tokens);
    }

    @Override
    public void toolUse(String name, ObjectNode input, Tokens tokens) {
        prepare(message.toolBlock(name, input), "tool_use", tokens);
    }

    @Override
    public void silence(Tokens tokens) throws IOException {
        client.pause(FOR_EVER);
    }

    @Override
    public void half(String text, Tokens tokens) {
        // The connection is closed without an answer.
    }

    @Override
    public void finish() throws IOException {
        client.send(200, Map.of(), answer);
    }

    @Override
    public boolean hasContent() {
        return false;
    }

    @Override
    public Tokens reported() {
        return reported;
    }

    private void prepare(ObjectNode block, String stopReason, Tokens tokens) {
        ObjectNode body = message.envelope(tokens, tokens.output()).put("stop_reason", stopReason);
        ((ArrayNode) body.get("content")).add(block);
        answer = Message.JSON.writeValueAsString(body);
        reported = tokens;
    }
}
