package dev.claudepool.task;

import dev.claudepool.web.ProblemCode;
import dev.claudepool.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
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

    private static final Duration UNTIL_IT_ENDS = Duration.ofDays(365);

    private final TaskService tasks;

    RunController(TaskService tasks) {
        this.tasks = tasks;
    }

    /**
     * @param wait the longest wait, such as {@code PT60S}; without it, until the task ends
     * @param idempotencyKey a second request with the same key and body gets the task of the first
     */
    @PostMapping(path = "/api/v1/run", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "runTask",
            summary = "Run a task and wait for its result",
            description =
                    "`wait` bounds the wait: then the answer is 504 with the `Location` of the task, which goes on.")
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
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey)
            throws InterruptedException {
        Task submitted = tasks.submit(spec, idempotencyKey);
        Task task = tasks.await(submitted.id(), wait == null ? UNTIL_IT_ENDS : wait);
        if (!task.state().isFinal()) {
            throw new ProblemException(ProblemCode.WAIT_TIMED_OUT, "The task goes on; ask for it at its Location")
                    .withLocation(TaskController.location(task))
                    .with("taskId", task.id());
        }
        return RunResult.of(task);
    }
}
