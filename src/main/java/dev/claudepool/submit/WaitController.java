package dev.claudepool.submit;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.web.ClientWait;
import dev.claudepool.web.ClientWaits;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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

    private static final Duration WAIT = Duration.ofSeconds(60);

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
    @Operation(operationId = "wait", summary = "Wait for any, all or some of several tasks, chains and fan-outs")
    @ApiResponse(responseCode = "200", description = "So many have ended")
    @ApiResponse(responseCode = "202", description = "The wait ended first")
    @ApiResponse(responseCode = "429")
    ResponseEntity<WaitView> await(
            @RequestBody WaitSpec spec,
            @RequestParam(required = false) @Nullable Duration wait,
            HttpServletRequest request)
            throws InterruptedException {
        spec.verify();
        List<Awaitable.Item> before = items(spec.ids());
        try (ClientWait client = waits.begin(request, wait, WAIT)) {
            waiters.await(
                    spec.ids(),
                    spec.count(),
                    client,
                    id -> find(id).map(Awaitable.Item::ended).orElse(true));
        }
        List<Awaitable.Item> after = before.stream()
                .map(item -> find(item.id()).orElseGet(item::deleted))
                .toList();
        int ended = Math.toIntExact(after.stream().filter(Awaitable.Item::ended).count());
        return ResponseEntity.status(ended >= spec.count() ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(new WaitView(ended, after));
    }

    private List<Awaitable.Item> items(List<UUID> ids) {
        FieldRules rules = new FieldRules("");
        List<Awaitable.Item> items = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Optional<Awaitable.Item> found = find(ids.get(i));
            rules.require(found.isPresent(), "ids[" + i + "]", "must be the id of a task, chain or fan-out");
            found.ifPresent(items::add);
        }
        rules.verify();
        return items;
    }

    private Optional<Awaitable.Item> find(UUID id) {
        return kinds.stream().flatMap(kind -> kind.awaited(id).stream()).findFirst();
    }
}
