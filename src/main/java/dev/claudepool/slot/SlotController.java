package dev.claudepool.slot;

import dev.claudepool.security.Caller;
import dev.claudepool.web.JsonBodies;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Slots over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/slots", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "slots", description = "The places in which claude processes live")
class SlotController {

    private final Slots slots;
    private final SlotSettingsService settings;
    private final JsonBodies json;

    SlotController(Slots slots, SlotSettingsService settings, JsonBodies json) {
        this.slots = slots;
        this.settings = settings;
        this.json = json;
    }

    @GetMapping
    @Operation(
            operationId = "listSlots",
            summary = "List all slots",
            description = "With what they do, who they are and how they work.")
    List<SlotView> list() {
        return slots.all().stream().map(Slot::view).toList();
    }

    @GetMapping("/{id}")
    @Operation(
            operationId = "getSlot",
            summary = "Get a slot",
            description = "With what it does, who it is and how it works.")
    SlotView get(@PathVariable String id) {
        return slots.get(id).view();
    }

    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, JsonBodies.MERGE_PATCH})
    @Operation(
            operationId = "configureSlot",
            summary = "Change who a slot is and how it works",
            description =
                    "From its next task on. The body is a merge patch (RFC 7396). What is left out stays as it is, null takes it away; within `config`,"
                            + " too. It is kept over restarts.")
    @ApiResponse(responseCode = "200", description = "Changed")
    SlotView configure(
            @PathVariable String id,
            @RequestBody
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = SlotSettings.class)))
                    ObjectNode patch) {
        return settings.configure(id, before -> json.patched(before, patch, SlotSettings.class), Caller.current())
                .view();
    }
}
