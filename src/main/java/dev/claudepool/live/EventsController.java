package dev.claudepool.live;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventBatch;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** All events of the pool: as pages, or as server-sent events. */
@RestController
@RequestMapping("/api/v1/events")
@Tag(name = "events")
class EventsController {

    private static final int DEFAULT_LIMIT = 50;

    // One path and method is one operation, whatever is accepted.
    private static final String LIST = "listEvents";
    private static final String SUMMARY = "Read or follow events";
    private static final String DESCRIPTION =
            "Pages hold stored events in their order. `next` is the `after` of the next page; it is the same as `after`"
                    + " when nothing has come since. A page may have fewer events than `limit`, and even none, while"
                    + " `next` leads on: each request looks at a limited number of events. With"
                    + " `Accept: text/event-stream`, the events come as they happen; with `after` or Last-Event-ID, first"
                    + " what came after that event. Events that are never stored have no id.";

    private final SseStreams streams;
    private final EventLog events;

    EventsController(SseStreams streams, EventLog events) {
        this.streams = streams;
        this.events = events;
    }

    /**
     * @param after the number of the last event that is known; when absent, pages begin with the oldest event that is
     *     kept, and streams with what happens next
     * @param limit how many events a page has at most, 1 to 200; 50 when absent
     */
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = LIST, summary = SUMMARY, description = DESCRIPTION)
    EventPage page(
            @Valid @ParameterObject Selection selection,
            @RequestParam(required = false) @Min(0) @Nullable Long after,
            @RequestParam(required = false) @Min(1) @Max(200) @Nullable Integer limit) {
        EventBatch batch =
                events.readSomeAfter(known(after, 0), selection.filter(false), limit == null ? DEFAULT_LIMIT : limit);
        return new EventPage(batch.events(), batch.upTo());
    }

    /**
     * @param after the number of the last event that is known; when absent, pages begin with the oldest event that is
     *     kept, and streams with what happens next
     * @param deltas whether a stream also has partial text and other events that are never stored
     * @param lastEventId for streams, the id of the last event that the client has seen; it takes the place of
     *     {@code after}
     */
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(operationId = LIST, summary = SUMMARY, description = DESCRIPTION)
    @ApiResponse(
            responseCode = "200",
            description = "A page, or a stream whose events have this as their data",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = Event.class)))
    void stream(
            HttpMethod method,
            @Valid @ParameterObject Selection selection,
            @RequestParam(required = false) @Min(0) @Nullable Long after,
            @RequestParam(defaultValue = "false") boolean deltas,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException {
        long begin = SseStreams.lastEventId(lastEventId).orElseGet(() -> known(after, events.lastSeq()));
        streams.send(selection.filter(deltas), begin, UnaryOperator.identity(), method, response);
    }

    /** Refuses a number that is yet to come, since the reader would wait for events that it takes as seen. */
    private long known(@Nullable Long after, long otherwise) {
        if (after != null && after > events.lastSeq()) {
            throw ProblemException.invalid("after", "must not be beyond the newest event");
        }
        return after == null ? otherwise : after;
    }

    /**
     * Which events to send.
     *
     * @param types only events of these types
     * @param tag only events about tasks, chains and fan-outs with this tag; with all of them where it is repeated
     */
    record Selection(
            @Nullable @Size(max = MOST_VALUES) List<EventType> types,
            @Nullable @Size(max = MOST_VALUES) List<String> tag) {

        private static final int MOST_VALUES = 20;

        EventFilter filter(boolean unstored) {
            return new EventFilter.Selected(
                    types == null ? Set.of() : Set.copyOf(types), tag == null ? List.of() : tag, unstored);
        }
    }

    /**
     * A page of events.
     *
     * @param next the {@code after} of the next page
     */
    record EventPage(List<Event> items, long next) {}
}
