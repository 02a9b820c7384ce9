package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.task.TaskQueue;
import dev.claudepool.task.TaskState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The pool over HTTP. */
@RestController
@RequestMapping("/api/v1/pool")
@Tag(name = "pool")
class PoolController {

    private final PoolService pool;
    private final TaskQueue queue;

    PoolController(PoolService pool, TaskQueue queue) {
        this.pool = pool;
        this.queue = queue;
    }

    @GetMapping
    @Operation(operationId = "getPool", summary = "Status of the pool")
    PoolStatus status() {
        return new PoolStatus(
                pool.state(),
                pool.slots().stream().map(Slot::view).toList(),
                queue.count(TaskState.Name.RUNNING),
                queue.count(TaskState.Name.QUEUED),
                queue.count(TaskState.Name.SUCCEEDED),
                queue.count(TaskState.Name.FAILED),
                queue.count(TaskState.Name.CANCELLED),
                queue.spend(),
                Money.ZERO,
                null,
                null);
    }

    @PostMapping("/pause")
    @Operation(
            operationId = "pausePool",
            summary = "Give out no more tasks",
            description = "Running ones go on; new ones are accepted and wait.")
    PoolStatus pause() {
        pool.pause();
        return status();
    }

    @PostMapping("/resume")
    @Operation(
            operationId = "resumePool",
            summary = "Give out tasks again",
            description = "Also after the provider had refused the credentials.")
    PoolStatus resume() {
        pool.resume();
        return status();
    }
}
