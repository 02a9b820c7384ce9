package dev.claudepool.submit;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.web.ClientWait;
import dev.claudepool.web.ClientWaits;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Waits for several items over HTTP. */
@RestController
@Tag(name = "tasks")
class WaitController {

    private final List<Awaitable> kinds;
    private final CompletionWaiters waiters;
    private final ClientWaits waits;

    WaitController(List<Awaitable> kinds, CompletionWaiters waiters, ClientWaits waits) {
        this.kinds = List.copyOf(kinds);
        this.waiters = waiters;
        this.waits = waits;
    }

    /**
     * @param wait the longest wait, such as {@code PT5M}; 60 seconds when absent, and at most
     *     {@code claude-pool.web.max-wait}
     */
    @PostMapping(path = "/api/v1/wait", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "waitForItems",
            summary = "Wait for any, all or some of several tasks, chains and fan-outs",
            description = "Returns where each of them stands, as soon as so many have ended or the wait is over.")
    @ApiResponse(responseCode = "200", description = "So many have ended")
    @ApiResponse(responseCode = "202", description = "The wait ended first")
    @ApiResponse(responseCode = "429")
    ResponseEntity<WaitView> await(
            @RequestBody WaitSpec spec,
            @RequestParam(required = false) @Nullable Duration wait,
            HttpServletRequest request)
            throws InterruptedException {
        spec.verify();
        try (ClientWait client = waits.begin(request, wait, ClientWaits.USUAL)) {
            Map<UUID, Awaitable.Item> before = known(spec.ids());
            waiters.await(spec.ids(), spec.count(), client, () -> ended(spec.ids()));
            Map<UUID, Awaitable.Item> after = find(spec.ids());
            List<Awaitable.Item> items = spec.ids().stream()
                    .map(id -> after.getOrDefault(
                            id, Objects.requireNonNull(before.get(id)).deleted()))
                    .toList();
            int ended =
                    Math.toIntExact(items.stream().filter(Awaitable.Item::ended).count());
            return ResponseEntity.status(ended >= spec.count() ? HttpStatus.OK : HttpStatus.ACCEPTED)
                    .body(new WaitView(ended, items));
        }
    }

    private Map<UUID, Awaitable.Item> known(List<UUID> ids) {
        Map<UUID, Awaitable.Item> found = find(ids);
        FieldRules rules = new FieldRules("");
        for (int i = 0; i < ids.size() && !rules.areEnough(); i++) {
            rules.require(
                    found.containsKey(ids.get(i)), "ids[" + i + "]", "must be the id of a task, chain or fan-out");
        }
        rules.verify();
        return found;
    }

    /** Returns which of these have ended; what was deleted has. */
    private List<UUID> ended(List<UUID> ids) {
        Map<UUID, Awaitable.Item> found = find(ids);
        return ids.stream()
                .filter(id -> !found.containsKey(id) || found.get(id).ended())
                .toList();
    }

    private Map<UUID, Awaitable.Item> find(List<UUID> ids) {
        return kinds.stream()
                .flatMap(kind -> kind.awaited(ids).stream())
                .collect(Collectors.toMap(Awaitable.Item::id, item -> item));
    }
}
