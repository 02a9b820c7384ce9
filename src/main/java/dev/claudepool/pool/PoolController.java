package dev.claudepool.pool;

import dev.claudepool.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The pool over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/pool", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "pool", description = "The pool as a whole")
class PoolController {

    private final PoolService pool;
    private final PoolStatistics statistics;

    PoolController(PoolService pool, PoolStatistics statistics) {
        this.pool = pool;
        this.statistics = statistics;
    }

    @GetMapping
    @Operation(
            operationId = "getPool",
            summary = "Get the status of the pool",
            description = "Its slots, its tasks and its money, all at one moment.")
    PoolStatus status() {
        return statistics.status(pool.state());
    }

    @PostMapping("/scale")
    @Operation(
            operationId = "scalePool",
            summary = "Change the number of slots",
            description =
                    "New slots start at once. Of the others those without a task leave first; a busy one leaves when"
                            + " its task has ended. A restart returns to the configured number.")
    @ApiResponse(responseCode = "200", description = "Accepted; the status tells which slots are still leaving")
    @ApiResponse(responseCode = "409")
    PoolStatus scale(@RequestBody Scale scale) {
        pool.scale(scale.slots(), Caller.current());
        return status();
    }

    /**
     * The number of slots wanted.
     *
     * @param slots how many there are to be, from 1 to {@code claude-pool.max-slots}
     */
    @Schema(requiredProperties = "slots")
    record Scale(@Schema(minimum = "1") int slots) {}

    /** @param queued what becomes of tasks that wait, and of those that do not end in time */
    @PostMapping("/drain")
    @Operation(
            operationId = "drainPool",
            summary = "Drain the pool",
            description =
                    "Takes no more tasks, lets running ones finish within `claude-pool.drain.grace`, then interrupts"
                            + " them; answers when no process is left. Only a restart makes the pool run again.")
    @ApiResponse(responseCode = "200", description = "Nothing runs any more")
    DrainSummary drain(@RequestParam(defaultValue = "cancel") DrainMode queued) throws InterruptedException {
        return pool.drain(queued);
    }

    @PostMapping("/pause")
    @Operation(
            operationId = "pausePool",
            summary = "Pause the pool",
            description = "Gives out no more tasks. Running ones go on; new ones are accepted and wait.")
    @ApiResponse(responseCode = "200", description = "Paused")
    @ApiResponse(responseCode = "409")
    PoolStatus pause() {
        pool.pause(Caller.current());
        return status();
    }

    @PostMapping("/resume")
    @Operation(
            operationId = "resumePool",
            summary = "Resume the pool",
            description =
                    "Gives out tasks again, also after the provider had refused the credentials, or was at its limit.")
    @ApiResponse(responseCode = "200", description = "Running")
    @ApiResponse(responseCode = "409")
    PoolStatus resume() {
        pool.resume(Caller.current());
        return status();
    }
}
