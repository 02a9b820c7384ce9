package dev.claudepool.budget;

import dev.claudepool.web.Cursor;
import dev.claudepool.web.Page;
import dev.claudepool.web.PageQuery;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The budget over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/budget", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "budget", description = "What may be spent, and what was")
class BudgetController {

    static final String CSV = "text/csv";

    private final Budget budget;
    private final SpendReports reports;
    private final LedgerCsv csv;

    BudgetController(Budget budget, SpendReports reports, LedgerCsv csv) {
        this.budget = budget;
        this.reports = reports;
        this.csv = csv;
    }

    @GetMapping
    @Operation(
            operationId = "getBudget",
            summary = "Get the budget",
            description = "The cap, and what is spent, reserved and left of it.")
    BudgetView get() {
        return budget.view();
    }

    @PutMapping
    @Operation(
            operationId = "changeBudget",
            summary = "Change the cap",
            description =
                    "Tasks that wait for money go on when there is enough again. With a cap that is not above what"
                            + " is spent, no task is given out until it is raised; those that run may use what was set aside"
                            + " for them.")
    BudgetView change(@RequestBody BudgetChange change) {
        return budget.changeCap(change.cap());
    }

    /** @param taskId only entries about this task */
    @GetMapping("/ledger")
    @Operation(
            operationId = "listLedger",
            summary = "List every movement of money",
            description = "The youngest first. With `Accept: text/csv`, all of them, the oldest first, with a header.")
    Page<LedgerEntry> ledger(
            @RequestParam(required = false) @Nullable UUID taskId, @Valid @ParameterObject PageQuery page) {
        long before = page.position(1).map(cursor -> cursor.number(0)).orElse(Long.MAX_VALUE);
        List<LedgerEntry> found = reports.entriesBefore(before, taskId, page.size() + 1);
        return page.pageOf(found, entry -> Cursor.of(entry.seq()));
    }

    /** {@link LedgerCsvResponse} describes it, as a second media type of the list. */
    @GetMapping(path = "/ledger", produces = CSV)
    @Hidden
    ResponseEntity<StreamingResponseBody> export() {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(CSV + ";charset=UTF-8"))
                .body(csv::write);
    }

    /** @param by the dimension to group by */
    @GetMapping("/spend")
    @Operation(
            operationId = "listSpend",
            summary = "List what each slot, tag or model has cost",
            description = "In the order of their names. A task with several tags counts for each of them.")
    Page<SpendShare> spend(@RequestParam Dimension by, @Valid @ParameterObject PageQuery page) {
        String after = page.position(1).map(cursor -> cursor.text(0)).orElse("");
        List<SpendShare> found = reports.shares(by, after, page.size() + 1);
        return page.pageOf(found, share -> Cursor.of(share.name()));
    }
}
