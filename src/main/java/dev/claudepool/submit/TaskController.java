package dev.claudepool.submit;

import dev.claudepool.problem.Details;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.Fields;
import dev.claudepool.security.Caller;
import dev.claudepool.submit.TaskListStore.Found;
import dev.claudepool.submit.TaskListStore.Position;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.ClientWait;
import dev.claudepool.web.ClientWaits;
import dev.claudepool.web.Cursor;
import dev.claudepool.web.JsonBodies;
import dev.claudepool.web.Page;
import dev.claudepool.web.PageQuery;
import dev.claudepool.web.ResponseHeaders;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Tasks over HTTP. */
@RestController
@RequestMapping(path = TaskController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "tasks", description = "Prompts that are carried out by a slot")
class TaskController {

    static final String PATH = "/api/v1/tasks";

    private final TaskService tasks;
    private final TaskLists lists;
    private final TaskView.Factory views;
    private final ClientWaits waits;
    private final TaskRemoval removal;
    private final JsonBodies json;

    TaskController(
            TaskService tasks,
            TaskLists lists,
            TaskView.Factory views,
            ClientWaits waits,
            TaskRemoval removal,
            JsonBodies json) {
        this.tasks = tasks;
        this.lists = lists;
        this.views = views;
        this.waits = waits;
        this.removal = removal;
        this.json = json;
    }

    static URI location(Task task) {
        return URI.create(PATH + "/" + task.id());
    }

    /** @param idempotencyKey a second request with the same key and body gets the task of the first */
    @PostMapping
    @Operation(
            operationId = "submitTask",
            summary = "Submit a task",
            description = "When the answer arrives, the task is on disk.")
    @ApiResponse(
            responseCode = "202",
            description = "Accepted",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "503")
    ResponseEntity<TaskView> submit(
            @RequestBody TaskSpec spec,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        Task task = tasks.submit(spec, idempotencyKey, Caller.current());
        return ResponseEntity.accepted().location(location(task)).body(views.of(task));
    }

    /**
     * @param order the order; {@code youngest} when absent
     * @param fields {@code summary} without outputs, the default, or {@code full}: the whole tasks
     */
    @GetMapping
    @Operation(
            operationId = "listTasks",
            summary = "Find tasks",
            description = "Takes the tasks that match every parameter. A parameter that is repeated takes any of its"
                    + " values; of the tags, a task must have all. `q` finds words in names, in the first 10,000"
                    + " characters of prompts, and in the messages of errors, whatever their case and accents. A page may have fewer items than `limit`, and even"
                    + " none, while `next` leads on: each request looks at a limited number of tasks. With"
                    + " `fields=full`, a page also ends when its items have more than 4 MB.")
    Page<? extends TaskItem> list(
            @Valid @ParameterObject TaskFilter filter,
            @RequestParam(required = false) @Nullable TaskOrder order,
            @RequestParam(required = false) @Nullable Fields fields,
            @Valid @ParameterObject PageQuery page) {
        Position after = page.position(2)
                .map(cursor -> new Position(cursor.number(0), cursor.uuid(1)))
                .orElse(null);
        Found found = lists.find(filter, Objects.requireNonNullElse(order, TaskOrder.YOUNGEST), after, page.size());
        if (fields == Fields.FULL) {
            Found some = lists.withinPage(found);
            return page(lists.getAll(some.ids()).stream().map(views.now()).toList(), some);
        }
        return page(lists.outlines(found.ids()).stream().map(views.summaries()).toList(), found);
    }

    private static <T> Page<T> page(List<T> items, Found found) {
        Position next = found.next();
        return new Page<>(
                items, next == null ? null : Cursor.of(next.key(), next.id()).encode());
    }

    @GetMapping("/{id}")
    @Operation(
            operationId = "getTask",
            summary = "Get a task",
            description = "Its state, and once it has ended its result or the error.")
    TaskView get(@PathVariable UUID id) {
        return views.of(tasks.get(id));
    }

    @GetMapping("/{id}/spec")
    @Operation(
            operationId = "getTaskSpec",
            summary = "Get what a task was asked with",
            description = "Everything that was sent, and the defaults of the API for the rest. Of MCP servers only the"
                    + " names are shown, since the rest may hold secrets.")
    TaskSpec spec(@PathVariable UUID id) {
        return tasks.get(id).spec().withoutSecrets();
    }

    /** @param idempotencyKey a second request with the same key and body gets the task of the first */
    @PostMapping(
            path = "/{id}/retry",
            consumes = {MediaType.APPLICATION_JSON_VALUE, JsonBodies.MERGE_PATCH})
    @Operation(
            operationId = "retryTask",
            summary = "Submit a task again that has ended",
            description = "The body is a merge patch (RFC 7396) of what the task was asked with: `{}` for the same"
                    + " again. The new task has `retryOf`; the old one stays as it is.")
    @ApiResponse(
            responseCode = "202",
            description = "Accepted",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION))
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "503")
    ResponseEntity<TaskView> retry(
            @PathVariable UUID id,
            @RequestBody
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(ref = TaskSpecSchemas.TASK_PATCH)))
                    ObjectNode patch,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        Task task =
                tasks.retry(id, spec -> json.patched(spec, patch, TaskSpec.class), idempotencyKey, Caller.current());
        return ResponseEntity.accepted().location(location(task)).body(views.of(task));
    }

    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, JsonBodies.MERGE_PATCH})
    @Operation(
            operationId = "changeTask",
            summary = "Change a task while it is queued",
            description = "The body is a merge patch (RFC 7396) of what the task was asked with. The task keeps the"
                    + " time that it has waited. A new `notBefore` replaces a pause before a retry as well.")
    @ApiResponse(responseCode = "200", description = "Changed")
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "503")
    TaskView change(
            @PathVariable UUID id,
            @RequestBody
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(ref = TaskSpecSchemas.QUEUED_TASK_PATCH)))
                    ObjectNode patch) {
        FieldRules rules = new FieldRules("");
        patch.propertyNames()
                .forEach(name -> rules.require(
                        TaskSpecSchemas.CHANGEABLE.contains(name),
                        Details.quoted(name),
                        "cannot be changed; only these can: " + String.join(", ", TaskSpecSchemas.CHANGEABLE)));
        rules.verify();
        return views.of(tasks.change(id, spec -> json.patched(spec, patch, TaskSpec.class), Caller.current()));
    }

    @DeleteMapping(path = "/{id}", produces = MediaType.ALL_VALUE) // it answers without a body, whatever is accepted
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "deleteTask",
            summary = "Delete a task that has ended",
            description = "With its events. What it has cost stays in the ledger.")
    @ApiResponse(responseCode = "409")
    void delete(@PathVariable UUID id) {
        removal.remove(id);
    }

    /**
     * @param wait the longest wait, such as {@code PT30S}; none when absent, and at most
     *     {@code claude-pool.web.max-wait}
     */
    @GetMapping("/{id}/result")
    @Operation(
            operationId = "getTaskResult",
            summary = "Get the result of a task",
            description = "Waits up to `wait` for its end. A task that failed or was cancelled answers with a problem.")
    @ApiResponse(
            responseCode = "200",
            description = "It succeeded",
            content = @Content(schema = @Schema(implementation = RunResult.class)))
    @ApiResponse(
            responseCode = "202",
            description = "It has not ended",
            headers = @Header(name = HttpHeaders.LOCATION, ref = ResponseHeaders.LOCATION),
            content = @Content(schema = @Schema(implementation = TaskView.class)))
    @ApiResponse(responseCode = "402")
    @ApiResponse(responseCode = "409")
    @ApiResponse(responseCode = "429")
    @ApiResponse(responseCode = "502")
    @ApiResponse(responseCode = "504")
    ResponseEntity<Object> result(
            @PathVariable UUID id, @RequestParam(required = false) @Nullable Duration wait, HttpServletRequest request)
            throws InterruptedException {
        try (ClientWait client = waits.begin(request, wait, Duration.ZERO)) {
            return result(tasks.await(id, client));
        }
    }

    private ResponseEntity<Object> result(Task task) {
        return task.state().isFinal()
                ? ResponseEntity.ok(RunResult.of(task))
                : ResponseEntity.status(HttpStatus.ACCEPTED)
                        .location(location(task))
                        .body(views.of(task));
    }

    @PostMapping("/{id}/cancel")
    @Operation(
            operationId = "cancelTask",
            summary = "Cancel a task",
            description = "A queued task never runs; a running one is stopped and what it has cost is kept.")
    @ApiResponse(responseCode = "202", description = "Cancelled, or soon; a task that has ended stays as it is")
    ResponseEntity<TaskView> cancel(@PathVariable UUID id) {
        return ResponseEntity.accepted().body(views.of(tasks.cancel(id)));
    }
}
