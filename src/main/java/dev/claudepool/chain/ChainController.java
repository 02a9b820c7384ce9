package dev.claudepool.chain;

import static org.springframework.http.HttpStatus.ACCEPTED;
import static org.springframework.http.HttpStatus.OK;

import dev.claudepool.flow.FlowState;
import dev.claudepool.problem.Fields;
import dev.claudepool.security.Caller;
import dev.claudepool.task.Sizes;
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

/** Chains over HTTP. */
@RestController
@RequestMapping(path = ChainController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "chains", description = "Steps, each of which becomes a task when those that it needs are done")
class ChainController {

    static final String PATH = "/api/v1/chains";

    private final ChainService chains;
    private final ChainListStore lists;
    private final ChainView.Factory views;
    private final ClientWaits waits;
    private final ChainRemoval removal;

    ChainController(
            ChainService chains,
            ChainListStore lists,
            ChainView.Factory views,
            ClientWaits waits,
            ChainRemoval removal) {
        this.chains = chains;
        this.lists = lists;
        this.views = views;
        this.waits = waits;
        this.removal = removal;
    }

    /**
     * @param wait the longest wait for its end, such as {@code PT5M}; none when absent, and at most
     *     {@code claude-pool.web.max-wait}
     * @param idempotencyKey a second request with the same key and body gets the chain of the first
     */
    @PostMapping
    @Operation(
            operationId = "submitChain",
            summary = "Submit a chain",
            description = "When the answer arrives, the chain is on disk, and goes on by itself.")
    @ApiResponse(
            responseCode = "200",
            description = "It has ended within `wait`",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(
            responseCode = "202",
            description = "Accepted",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "503")
    ResponseEntity<ChainView> submit(
            @RequestBody ChainSpec spec,
            @RequestParam(required = false) @Nullable Duration wait,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            HttpServletRequest request)
            throws InterruptedException {
        try (ClientWait client = waits.begin(request, wait, Duration.ZERO)) {
            return answer(
                    chains.submit(spec, idempotencyKey, Caller.current()).id(), client, wait == null ? ACCEPTED : OK);
        }
    }

    /**
     * @param state only chains in this state
     * @param fields {@code summary} without steps, the default, or {@code full}: the whole chains
     */
    @GetMapping
    @Operation(
            operationId = "listChains",
            summary = "List chains, youngest first",
            description = "With `fields=full`, a page ends early, with `next`, when its items have more than 4 MB.")
    Page<? extends ChainItem> list(
            @RequestParam(required = false) @Nullable FlowState state,
            @RequestParam(required = false) @Nullable Fields fields,
            @Valid @ParameterObject PageQuery page) {
        UUID before = page.position(1).map(cursor -> cursor.uuid(0)).orElse(null);
        if (fields == Fields.FULL) {
            return wholes(page, lists.sizes(state, before, page.size() + 1));
        }
        List<ChainOutline> found = lists.outlines(state, before, page.size() + 1);
        return page.pageOf(found, chain -> Cursor.of(chain.id())).map(views::summary);
    }

    private Page<ChainView> wholes(PageQuery page, Sizes found) {
        Page<UUID> ids =
                page.pageOf(found.order(), found.firstWithin(Sizes.LONG_PAGE).size(), Cursor::of);
        return new Page<>(views.of(chains.findAll(ids.items()).reversed()), ids.next());
    }

    /**
     * @param wait the longest wait for its end, such as {@code PT5M}; none when absent, and at most
     *     {@code claude-pool.web.max-wait}
     */
    @GetMapping("/{id}")
    @Operation(
            operationId = "getChain",
            summary = "Get a chain",
            description = "With the progress and the outputs of its steps.")
    @ApiResponse(
            responseCode = "200",
            description = "The chain",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.OPTIONAL_LOCATION))
    @ApiResponse(
            responseCode = "202",
            description = "It has not ended within `wait`",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "429")
    ResponseEntity<ChainView> get(
            @PathVariable UUID id, @RequestParam(required = false) @Nullable Duration wait, HttpServletRequest request)
            throws InterruptedException {
        if (wait == null) {
            return ResponseEntity.ok(views.of(chains.get(id)));
        }
        try (ClientWait client = waits.begin(request, wait, Duration.ZERO)) {
            return answer(id, client, OK);
        }
    }

    @PostMapping("/{id}/cancel")
    @Operation(
            operationId = "cancelChain",
            summary = "Cancel a chain",
            description =
                    "Steps that have not begun are skipped; those that run are stopped, and what they have cost is"
                            + " kept.")
    @ApiResponse(responseCode = "202", description = "Cancelled, or soon; a chain that has ended stays as it is")
    ResponseEntity<ChainView> cancel(@PathVariable UUID id) {
        return ResponseEntity.accepted().body(views.of(chains.cancel(id)));
    }

    @PostMapping("/{id}/retry")
    @Operation(
            operationId = "retryChain",
            summary = "Retry a chain that has failed",
            description = "It goes on from the steps that failed or were stopped; what is done is not done again.")
    @ApiResponse(responseCode = "202", description = "It goes on")
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "503")
    ResponseEntity<ChainView> retry(@PathVariable UUID id) {
        return ResponseEntity.accepted().body(views.of(chains.retry(id)));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "deleteChain",
            summary = "Delete a chain that has ended",
            description = "With its tasks and their events. What they have cost stays in the ledger.")
    @ApiResponse(responseCode = "409")
    void delete(@PathVariable UUID id) {
        removal.delete(id);
    }

    private ResponseEntity<ChainView> answer(UUID id, ClientWait client, HttpStatus whenEnded)
            throws InterruptedException {
        Chain chain = chains.await(id, client);
        return ResponseEntity.status(chain.phase().isFinal() ? whenEnded : ACCEPTED)
                .location(URI.create(PATH + "/" + id))
                .body(views.of(chain));
    }
}
