package dev.claudepool.fanout;

import static org.springframework.http.HttpStatus.ACCEPTED;
import static org.springframework.http.HttpStatus.OK;

import dev.claudepool.flow.FlowState;
import dev.claudepool.security.Caller;
import dev.claudepool.web.ClientWait;
import dev.claudepool.web.ClientWaits;
import dev.claudepool.web.Cursor;
import dev.claudepool.web.Page;
import dev.claudepool.web.PageQuery;
import dev.claudepool.web.ResponseHeaders;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Fan-outs over HTTP. */
@RestController
@RequestMapping(path = FanOutController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "fan-outs", description = "Tasks or chains that are submitted together")
class FanOutController {

    static final String PATH = "/api/v1/fan-outs";

    private final FanOutService fanOuts;
    private final FanOutRetries retries;
    private final FanOutView.Factory views;
    private final ClientWaits waits;
    private final FanOutRemoval removal;

    FanOutController(
            FanOutService fanOuts,
            FanOutRetries retries,
            FanOutView.Factory views,
            ClientWaits waits,
            FanOutRemoval removal) {
        this.fanOuts = fanOuts;
        this.retries = retries;
        this.views = views;
        this.waits = waits;
        this.removal = removal;
    }

    /**
     * @param wait the longest wait for the end of all, such as {@code PT5M}; none when absent, and at most
     *     {@code claude-pool.web.max-wait}
     * @param idempotencyKey a second request with the same key and body gets the fan-out of the first
     */
    @PostMapping
    @Operation(
            operationId = "submitFanOut",
            summary = "Submit prompts, tasks or chains together",
            description = "All are accepted, or none. When the answer arrives, they are on disk.")
    @ApiResponse(
            responseCode = "200",
            description = "All have ended within `wait`",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(
            responseCode = "202",
            description = "Accepted",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "503")
    ResponseEntity<FanOutView> submit(
            @RequestBody FanOutSpec spec,
            @RequestParam(required = false) @Nullable Duration wait,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            HttpServletRequest request)
            throws InterruptedException {
        if (wait == null) {
            return accepted(fanOuts.submit(spec, idempotencyKey, Caller.current()));
        }
        try (ClientWait client = waits.begin(request, wait, Duration.ZERO)) {
            FanOut fanOut =
                    fanOuts.submit(spec, idempotencyKey, Caller.current()).fanOut();
            return await(fanOut.id(), client);
        }
    }

    /** @param state only fan-outs in this state */
    @GetMapping
    @Operation(
            operationId = "listFanOuts",
            summary = "List fan-outs, youngest first",
            description = "Without their elements.")
    Page<FanOutView> list(
            @RequestParam(required = false) @Nullable FlowState state, @Valid @ParameterObject PageQuery page) {
        UUID before = page.position(1).map(cursor -> cursor.uuid(0)).orElse(null);
        List<FanOut> found = fanOuts.list(state, before, page.size() + 1);
        return page.pageOf(found, fanOut -> Cursor.of(fanOut.id())).map(views::withoutElements);
    }

    /**
     * @param wait the longest wait for the end of all, such as {@code PT5M}; none when absent, and at most
     *     {@code claude-pool.web.max-wait}
     */
    @GetMapping("/{id}")
    @Operation(
            operationId = "getFanOut",
            summary = "Get a fan-out",
            description = "With its elements, in the order of the request.")
    @ApiResponse(
            responseCode = "200",
            description = "The fan-out",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.OPTIONAL_LOCATION))
    @ApiResponse(
            responseCode = "202",
            description = "Not all have ended within `wait`",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "429")
    ResponseEntity<FanOutView> get(
            @PathVariable UUID id, @RequestParam(required = false) @Nullable Duration wait, HttpServletRequest request)
            throws InterruptedException {
        if (wait == null) {
            return ResponseEntity.ok(views.of(fanOuts.get(id)));
        }
        try (ClientWait client = waits.begin(request, wait, Duration.ZERO)) {
            return await(id, client);
        }
    }

    @PostMapping("/{id}/cancel")
    @Operation(
            operationId = "cancelFanOut",
            summary = "Cancel a fan-out",
            description = "What is queued never runs; what runs is stopped, and what it has cost is kept.")
    @ApiResponse(responseCode = "202", description = "Cancelled, or soon; a fan-out that has ended stays as it is")
    ResponseEntity<FanOutView> cancel(@PathVariable UUID id) {
        return ResponseEntity.accepted().body(views.of(fanOuts.cancel(id)));
    }

    /** @param idempotencyKey a second retry of the same fan-out with the same key gets the fan-out of the first */
    @PostMapping("/{id}/retry")
    @Operation(
            operationId = "retryFanOut",
            summary = "Submit what failed of a fan-out again",
            description =
                    "The new fan-out has `retryOf`, and the elements that failed or were cancelled; all else is as it"
                            + " was asked for, `maxBudgetUsd` included. The old one stays as it is.")
    @ApiResponse(
            responseCode = "202",
            description = "Accepted",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "503")
    ResponseEntity<FanOutView> retry(
            @PathVariable UUID id,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        return accepted(retries.retry(id, idempotencyKey, Caller.current()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "deleteFanOut",
            summary = "Delete a fan-out that has ended",
            description = "With its tasks, its chains and their events. What they have cost stays in the ledger.")
    @ApiResponse(responseCode = "409")
    void delete(@PathVariable UUID id) {
        removal.delete(id);
    }

    private ResponseEntity<FanOutView> accepted(FanOutService.Submission submission) {
        FanOutTasks tasks = views.tasksOf(submission.fanOut().id());
        tasks.know(submission.accepted());
        return answer(submission.fanOut(), tasks, ACCEPTED);
    }

    private ResponseEntity<FanOutView> await(UUID id, ClientWait client) throws InterruptedException {
        FanOutTasks tasks = views.tasksOf(id);
        FanOut fanOut = fanOuts.await(id, client, tasks);
        return answer(fanOut, tasks, fanOut.phase().isFinal() ? OK : ACCEPTED);
    }

    private ResponseEntity<FanOutView> answer(FanOut fanOut, FanOutTasks tasks, HttpStatus status) {
        return ResponseEntity.status(status)
                .location(URI.create(PATH + "/" + fanOut.id()))
                .body(views.of(fanOut, tasks));
    }
}
