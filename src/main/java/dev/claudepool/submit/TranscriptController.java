package dev.claudepool.submit;

import dev.claudepool.claude.TranscriptEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The conversations of tasks over HTTP. */
@RestController
@RequestMapping(path = TaskController.PATH + "/{id}/transcript", produces = TranscriptController.LINES)
@Tag(name = "tasks")
class TranscriptController {

    static final String LINES = MediaType.APPLICATION_NDJSON_VALUE;

    private final TaskTranscripts transcripts;

    TranscriptController(TaskTranscripts transcripts) {
        this.transcripts = transcripts;
    }

    @GetMapping
    @Operation(
            operationId = "getTranscript",
            summary = "The conversation of a task, a message a line",
            description = "As the CLI has noted it until now: the prompt, the replies, the uses of tools and their"
                    + " results, of all attempts, without what other tasks have said in the same session. System prompts"
                    + " are left out.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = LINES, schema = @Schema(implementation = TranscriptEntry.class)))
    ResponseEntity<StreamingResponseBody> get(@PathVariable UUID id) {
        List<TaskTranscripts.Part> parts = transcripts.find(id);
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_NDJSON).body(out -> transcripts.write(parts, out));
    }
}
