package dev.claudepool.submit;

import dev.claudepool.queue.AttemptStore;
import dev.claudepool.queue.TaskAttempt;
import dev.claudepool.web.Cursor;
import dev.claudepool.web.Page;
import dev.claudepool.web.PageQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The attempts at a task over HTTP. */
@RestController
@RequestMapping(path = TaskController.PATH + "/{id}/attempts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "tasks")
class AttemptController {

    private final TaskService tasks;
    private final AttemptStore attempts;

    AttemptController(TaskService tasks, AttemptStore attempts) {
        this.tasks = tasks;
        this.attempts = attempts;
    }

    @GetMapping
    @Operation(
            operationId = "listAttempts",
            summary = "The attempts at a task, in their order",
            description = "Each with its cause, and with its cost once it has ended. Those that do not count are among"
                    + " them: `attempts` of the task may be less.")
    Page<TaskAttempt> list(@PathVariable UUID id, @Valid @ParameterObject PageQuery page) {
        long after = page.position(1).map(cursor -> cursor.number(0)).orElse(0L);
        tasks.require(id);
        List<TaskAttempt> found = attempts.ofTask(id, after, page.size() + 1);
        return page.pageOf(found, attempt -> Cursor.of(attempt.number()));
    }
}
