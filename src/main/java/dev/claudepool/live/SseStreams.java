package dev.claudepool.live;

import dev.claudepool.event.EventFilter;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.problem.ProblemException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams of server-sent events. The request's own thread writes them: it is virtual, so that a client that stays for
 * hours costs no more than its connection.
 */
@Component
class SseStreams {

    private static final Logger log = LoggerFactory.getLogger(SseStreams.class);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final LiveFeed feed;
    private final JsonMapper json;

    SseStreams(LiveFeed feed, JsonMapper json) {
        this.feed = feed;
        this.json = json;
    }

    /**
     * Sends the events after {@code after} until {@code sink} wants no more or the client is gone.
     *
     * @param sink makes the sink of one that writes to the client
     */
    void send(EventFilter filter, long after, UnaryOperator<Sink> sink, HttpMethod method, HttpServletResponse response)
            throws IOException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding("UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        response.flushBuffer();
        if (!method.equals(HttpMethod.HEAD)) { // Spring sends HEAD here too, and its stream would never end
            pump(filter, after, sink.apply(new SseSink(response.getOutputStream(), json)));
        }
    }

    private void pump(EventFilter filter, long after, Sink sink) {
        try {
            feed.open(Transport.SSE, filter, after, sink).run();
        } catch (IOException _) {
            log.debug("an SSE client is gone");
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("an SSE stream ended early; its client can come back"); // too late to say so
        }
    }

    /**
     * Reads the header {@code Last-Event-ID}; empty when it is absent or blank, as browsers send it before the first
     * event.
     *
     * @throws ProblemException {@code validation-failed}
     */
    static OptionalLong lastEventId(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!NUMBER.matcher(header).matches()) {
            throw ProblemException.invalid("Last-Event-ID", "must be the id of an event: a number from 0 on");
        }
        return OptionalLong.of(Long.parseLong(header));
    }
}
