package dev.claudepool.demo;

import dev.claudepool.demo.Exchange.State;
import dev.claudepool.demo.HttpFront.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A stand-in for the Messages API on 127.0.0.1: the real CLI runs against it, from end to end, without a key. Prompts
 * without directives get a demo answer; {@link Script} has the directives that steer it in tests. Thread-safe.
 */
public final class MessagesApi implements AutoCloseable {

    private static final int REMEMBERED = 10_000;

    private final HttpFront front;
    private final ExchangeLog log;
    private final Meter meter = new Meter();
    private final LongAdder requests = new LongAdder();
    private final Director director;
    private volatile @Nullable String requiredKey;

    private MessagesApi(int port, int remembered, Duration pace) {
        this.log = new ExchangeLog(remembered);
        this.director = new Director(pace);
        this.front = new HttpFront(port, this::handle);
    }

    /** Starts on a free port, for tests: without pauses between words, with a long memory. */
    public static MessagesApi start() {
        return start(0, REMEMBERED, Duration.ZERO);
    }

    /**
     * Starts.
     *
     * @param port 0 for a free one
     * @param remembered how many exchanges are kept, at least 1
     * @param pace time for each word of a demo answer
     * @throws java.io.UncheckedIOException when the port is taken
     */
    public static MessagesApi start(int port, int remembered, Duration pace) {
        return new MessagesApi(port, remembered, pace);
    }

    /** Returns what to set {@code ANTHROPIC_BASE_URL} to. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + front.port());
    }

    /** Answers requests with any other API key (or none) with 401 from now on. */
    public MessagesApi requireKey(String key) {
        requiredKey = key;
        return this;
    }

    /** The newest exchanges, in order of arrival. */
    public List<Exchange> exchanges() {
        return log.all();
    }

    /**
     * Waits for an exchange, past or coming.
     *
     * @throws IllegalStateException when there is none within {@code limit}
     */
    public Exchange await(Predicate<Exchange> wanted, Duration limit) throws InterruptedException {
        return log.await(wanted, limit)
                .orElseThrow(() -> new IllegalStateException("no such exchange within " + limit + ": " + log.all()));
    }

    /** Returns what was served so far, priced as the CLI does. */
    public Served meter() {
        return meter.read();
    }

    /** Returns how many requests of any kind have come. */
    public long requests() {
        return requests.sum();
    }

    /** Stops listening and breaks the open connections. */
    @Override
    public void close() {
        front.close();
    }

    private void handle(Request http, Client client) throws IOException {
        requests.increment();
        if (!http.method().equals("POST") || !http.path().equals("/v1/messages")) {
            client.send(200, Map.of(), http.method().equals("HEAD") ? "" : "{\"input_tokens\":100}");
            return;
        }
        MessagesRequest request;
        try {
            request = MessagesRequest.of(http);
        } catch (JacksonException e) {
            refuse(client, new Reply.Refusal(400, null));
            return;
        }
        String key = key(http);
        long number = log.add(request, !key.isEmpty());
        String required = requiredKey;
        if (required != null && !required.equals(key)) {
            refuse(client, new Reply.Refusal(401, null));
            log.end(number, 401, State.REFUSED);
            return;
        }
        answer(request, client, number);
    }

    private void answer(MessagesRequest request, Client client, long number) throws IOException {
        Message message = new Message("demo_" + number, request.model());
        ReplyWriter writer = request.stream() ? new StreamedReply(client, message) : new WholeReply(client, message);
        try {
            switch (director.reply(request)) {
                case Reply.Refusal refusal -> {
                    refuse(client, refusal);
                    log.end(number, refusal.status(), State.REFUSED);
                    return;
                }
                case Reply.Half(var text, var tokens) -> {
                    writer.half(text, tokens);
                    meterCut(request, writer);
                    log.end(number, 200, State.BROKEN_OFF);
                    return;
                }
                case Reply.Text(var text, var over, var tokens) -> writer.text(text, over, tokens);
                case Reply.ToolUse(var name, var input, var tokens) -> writer.toolUse(name, input, tokens);
                case Reply.Silence(var tokens) -> writer.silence(tokens);
            }
            meter.served(request.model(), writer.reported());
            log.end(number, 200, State.COMPLETED);
        } catch (IOException e) {
            meterCut(request, writer);
            log.end(number, 200, State.DROPPED_BY_CLIENT);
            throw e;
        }
        writer.finish();
    }

    private void meterCut(MessagesRequest request, ReplyWriter writer) {
        if (writer.hasContent()) {
            meter.cut(request.model(), writer.reported());
        } else {
            meter.lost(request.model(), writer.reported());
        }
    }

    private static void refuse(Client client, Reply.Refusal refusal) throws IOException {
        Duration retryAfter = refusal.retryAfter();
        client.send(
                refusal.status(),
                retryAfter == null ? Map.of() : Map.of("retry-after", String.valueOf(retryAfter.toSeconds())),
                Message.JSON.writeValueAsString(Message.error(refusal.status())));
    }

    private static String key(Request http) {
        String key = http.header("x-api-key");
        String bearer = http.header("authorization");
        return key.isEmpty() && bearer.startsWith("Bearer ") ? bearer.substring("Bearer ".length()) : key;
    }
}
