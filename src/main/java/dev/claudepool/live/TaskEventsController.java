package dev.claudepool.live;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The events of a task as server-sent events. */
@RestController
@Tag(name = "tasks")
class TaskEventsController {

    private final SseStreams streams;
    private final EventLog events;
    private final JsonMapper json;

    TaskEventsController(SseStreams streams, EventLog events, JsonMapper json) {
        this.streams = streams;
        this.events = events;
        this.json = json;
    }

    /** @param lastEventId the id of the last event that the client has seen; 0 or nothing for none */
    @GetMapping(path = "/api/v1/tasks/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            operationId = "followTask",
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
        long seen = SseStreams.lastEventId(lastEventId).orElse(0);
        EventFilter ofTask = new EventFilter.OfTask(id);
        if (events.readAfter(0, ofTask, 1).isEmpty()) { // a task is created with its first event
            throw new ProblemException(ProblemCode.TASK_NOT_FOUND, "There is no task " + id + ".");
        }
        streams.send(ofTask, 0, client -> new TaskSink(client, json, seen), method, response);
    }
}
