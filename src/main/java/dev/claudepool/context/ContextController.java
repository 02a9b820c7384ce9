package dev.claudepool.context;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The shared context over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/context", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "context", description = "Notes that every task sees in its system prompt")
class ContextController {

    private final SharedContext context;

    ContextController(SharedContext context) {
        this.context = context;
    }

    @GetMapping
    @Operation(
            operationId = "listContextEntries",
            summary = "List the shared context",
            description = "All entries, in the order of their keys.")
    List<ContextEntry> list() {
        return context.entries();
    }

    /** @param key 1 to 64 letters, digits, dots, underscores and dashes; the first is a letter or a digit */
    @GetMapping("/{key}")
    @Operation(
            operationId = "getContextEntry",
            summary = "Get an entry of the shared context",
            description = "Its value, and when that was last changed.")
    ContextEntry get(@Parameter(schema = @Schema(pattern = ContextRules.KEY_PATTERN)) @PathVariable String key) {
        return context.get(key);
    }

    /** @param key 1 to 64 letters, digits, dots, underscores and dashes; the first is a letter or a digit */
    @PutMapping("/{key}")
    @Operation(
            operationId = "putContextEntry",
            summary = "Set an entry of the shared context",
            description = "Every task that starts from then on sees it in its system prompt, as data. There may be 100"
                    + " keys, and 65,536 characters in all values together.")
    @ApiResponse(responseCode = "200", description = "Replaced, or the same as before")
    @ApiResponse(responseCode = "201", description = "Created")
    ResponseEntity<ContextEntry> put(
            @Parameter(schema = @Schema(pattern = ContextRules.KEY_PATTERN)) @PathVariable String key,
            @RequestBody ContextValue body) {
        SharedContext.Saved saved = context.put(key, body.value());
        return ResponseEntity.status(saved.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(saved.entry());
    }

    /** @param key 1 to 64 letters, digits, dots, underscores and dashes; the first is a letter or a digit */
    @DeleteMapping(path = "/{key}", produces = MediaType.ALL_VALUE) // it answers without a body, whatever is accepted
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "deleteContextEntry",
            summary = "Delete an entry of the shared context",
            description = "Tasks that start from then on do not see it.")
    void delete(@Parameter(schema = @Schema(pattern = ContextRules.KEY_PATTERN)) @PathVariable String key) {
        context.delete(key);
    }
}
