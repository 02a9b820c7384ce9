package dev.claudepool.budget;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Objects;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Describes the ledger as CSV: springdoc keeps only one of two methods with the same path. */
@Component
class LedgerCsvResponse implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        PathItem ledger = Objects.requireNonNull(api.getPaths().get("/api/v1/budget/ledger"));
        ApiResponse entries =
                Objects.requireNonNull(ledger.getGet().getResponses().get("200"));
        entries.getContent().addMediaType(BudgetController.CSV, new MediaType().schema(new StringSchema()));
    }
}
