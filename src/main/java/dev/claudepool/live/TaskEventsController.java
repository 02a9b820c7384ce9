package dev.claudepool.live;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * The events of a task as server-sent events. The request's own thread writes them: it is virtual, so that a client
 * that stays for hours costs no more than its connection.
 */
@RestController
@Tag(name = "tasks")
class TaskEventsController {

    private static final Logger log = LoggerFactory.getLogger(TaskEventsController.class);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final LiveFeed feed;
    private final EventLog events;
    private final JsonMapper json;

    TaskEventsController(LiveFeed feed, EventLog events, JsonMapper json) {
        this.feed = feed;
        this.events = events;
        this.json = json;
    }

    /** @param lastEventId the id of the last event that the client has seen; 0 or nothing for none */
    @GetMapping(path = "/api/v1/tasks/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow a task's events",
            description = "Server-sent events from the task's first event on, or from what came after Last-Event-ID;"
                    + " ends after the final task.state. Events of type task.delta have no id.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream; the data of each of its events is this",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = Event.class)))
    void stream(
            HttpMethod method,
            @PathVariable UUID id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException {
        long seen = numberOf(lastEventId);
        EventFilter ofTask = new EventFilter.OfTask(id);
        if (events.readAfter(0, ofTask, 1).isEmpty()) { // a task is created with its first event
            throw new ProblemException(ProblemCode.TASK_NOT_FOUND, "There is no task " + id + ".");
        }
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding("UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        response.flushBuffer();
        if (!method.equals(HttpMethod.HEAD)) { // Spring sends HEAD here too, and its stream would never end
            pump(ofTask, new SseSink(response.getOutputStream(), json, seen));
        }
    }

    private void pump(EventFilter filter, Sink sink) {
        try {
            feed.open(Transport.SSE, filter, 0, sink).run();
        } catch (IOException _) {
            log.debug("an SSE client is gone");
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("an SSE stream ended early; its client can come back"); // too late to say so
        }
    }

    private static long numberOf(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        if (!NUMBER.matcher(lastEventId).matches()) {
            throw ProblemException.invalid("Last-Event-ID", "must be the id of an event: a number from 0 on");
        }
        return Long.parseLong(lastEventId);
    }
}
