package dev.claudepool.pool;

import dev.claudepool.web.ProblemCode;
import dev.claudepool.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Slots over HTTP. */
@RestController
@RequestMapping("/api/v1/slots")
@Tag(name = "slots")
class SlotController {

    private final PoolService pool;

    SlotController(PoolService pool) {
        this.pool = pool;
    }

    @GetMapping
    @Operation(operationId = "listSlots", summary = "All slots")
    List<SlotView> list() {
        return pool.slots().stream().map(Slot::view).toList();
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getSlot", summary = "One slot")
    SlotView get(@PathVariable String id) {
        return pool.slot(id)
                .map(Slot::view)
                .orElseThrow(() -> new ProblemException(ProblemCode.SLOT_NOT_FOUND, "There is no slot of that id"));
    }
}
