package dev.claudepool.submit;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.ClientWait;
import dev.claudepool.web.ClientWaits;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The main job over HTTP: run one task and wait for its result. */
@RestController
@Tag(name = "tasks")
class RunController {

    private final TaskService tasks;
    private final ClientWaits waits;

    RunController(TaskService tasks, ClientWaits waits) {
        this.tasks = tasks;
        this.waits = waits;
    }

    /**
     * @param wait the longest wait, such as {@code PT5M}; {@code PT60S} when absent, and at most
     *     {@code claude-pool.web.max-wait}
     * @param idempotencyKey a second request with the same key and body gets the task of the first
     */
    @PostMapping(path = "/api/v1/run", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "runTask",
            summary = "Run a task and wait for its result",
            description =
                    "When the wait ends first, the answer is 504 with the `Location` of the task, which goes on. A client"
                            + " that closes its side of the connection ends the wait.")
    @ApiResponse(responseCode = "200", description = "It succeeded")
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "502")
    @ApiResponse(responseCode = "503")
    @ApiResponse(responseCode = "504")
    RunResult run(
            @RequestBody TaskSpec spec,
            @RequestParam(required = false) @Nullable Duration wait,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            HttpServletRequest request)
            throws InterruptedException {
        try (ClientWait client = waits.begin(request, wait, ClientWaits.USUAL)) {
            return result(tasks.await(
                    tasks.submit(spec, idempotencyKey, Caller.current()).id(), client));
        }
    }

    private static RunResult result(Task task) {
        if (!task.state().isFinal()) {
            throw new ProblemException(ProblemCode.WAIT_TIMED_OUT, "The task goes on; ask for it at its Location")
                    .withLocation(TaskController.location(task))
                    .with("taskId", task.id());
        }
        return RunResult.of(task);
    }
}
