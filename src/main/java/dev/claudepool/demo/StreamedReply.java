package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An answer as server-sent events, word by word. */
final class StreamedReply implements ReplyWriter {

    private static final int MOST_WORDS = 1000;
    private static final int BLOCK = 16 * 1024;

    /** The pause before a break: without it, the client may see the break before it has read the rest. */
    private static final Duration BEFORE_BREAK = Duration.ofMillis(200);

    private final Client client;
    private final Message message;
    private Tokens reported = Tokens.NONE;
    private boolean hasContent;
    private long sent;

    StreamedReply(Client client, Message message) {
        this.client = client;
        this.message = message;
    }

    @Override
    public void text(String text, Duration over, Tokens tokens) throws IOException {
        begin(tokens);
        startBlock(Message.textBlock(""));
        List<String> pieces = pieces(text);
        for (String piece : pieces) {
            client.pause(over.dividedBy(pieces.size()));
            textDelta(piece, tokens);
        }
        end("end_turn", tokens);
    }

    @Override
    public void toolUse(String name, ObjectNode input, Tokens tokens) throws IOException {
        begin(tokens);
        startBlock(message.toolBlock(name, JsonNodeFactory.instance.objectNode()));
        delta("input_json_delta", "partial_json", Message.JSON.writeValueAsString(input));
        end("tool_use", tokens);
    }

    @Override
    public void silence(Tokens tokens) throws IOException {
        begin(tokens);
        client.pause(FOR_EVER);
    }

    @Override
    public void half(String text, Tokens tokens) throws IOException {
        begin(tokens);
        startBlock(Message.textBlock(""));
        textDelta(text, tokens);
        client.pause(BEFORE_BREAK);
    }

    @Override
    public void finish() throws IOException {
        send(Message.event("message_stop"));
        client.endStream();
    }

    @Override
    public boolean hasContent() {
        return hasContent;
    }

    @Override
    public Tokens reported() {
        return reported;
    }

    private void begin(Tokens tokens) throws IOException {
        client.beginStream();
        ObjectNode event = Message.event("message_start");
        event.set("message", message.envelope(tokens, 1));
        send(event);
        reported = new Tokens(tokens.input(), 1, tokens.cacheRead(), tokens.cacheWrite());
    }

    private void startBlock(ObjectNode block) throws IOException {
        ObjectNode event = Message.event("content_block_start").put("index", 0);
        event.set("content_block", block);
        send(event);
        hasContent = true;
    }

    private void textDelta(String text, Tokens tokens) throws IOException {
        delta("text_delta", "text", text);
        sent += text.length();
        reported = new Tokens(
                tokens.input(), Math.max(1, Math.round(sent / 3.0)), tokens.cacheRead(), tokens.cacheWrite());
    }

    private void delta(String type, String field, String value) throws IOException {
        ObjectNode event = Message.event("content_block_delta").put("index", 0);
        event.putObject("delta").put("type", type).put(field, value);
        send(event);
    }

    private void end(String stopReason, Tokens tokens) throws IOException {
        send(Message.event("content_block_stop").put("index", 0));
        ObjectNode event = Message.event("message_delta");
        event.putObject("delta").put("stop_reason", stopReason).putNull("stop_sequence");
        event.set("usage", Message.usage(tokens, tokens.output()));
        send(event);
        reported = tokens;
    }

    private void send(ObjectNode event) throws IOException {
        client.piece("event: " + event.path("type").asString() + "\ndata: " + Message.JSON.writeValueAsString(event)
                + "\n\n");
    }

    /** Words, or blocks of a text that is too long for that. */
    private static List<String> pieces(String text) {
        List<String> words = List.of(text.split("(?<=\\s)(?=\\S)", MOST_WORDS + 1));
        if (words.size() <= MOST_WORDS) {
            return words;
        }
        List<String> blocks = new ArrayList<>();
        for (int at = 0; at < text.length(); at += BLOCK) {
            blocks.add(text.substring(at, Math.min(text.length(), at + BLOCK)));
        }
        return blocks;
    }
}
