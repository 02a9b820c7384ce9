package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.dataformat.csv.CsvMapper;

/** Writes the ledger as CSV (RFC 4180 with line feeds): a header, then an entry a line, oldest first. */
@Component
class LedgerCsv {

    private static final int AT_ONCE = 500;
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final SpendReports reports;

    LedgerCsv(SpendReports reports) {
        this.reports = reports;
    }

    void write(OutputStream out) throws IOException {
        try (SequenceWriter writer =
                CSV.writer(CSV.schemaFor(Line.class).withHeader()).writeValues(out)) {
            long last = 0;
            List<LedgerEntry> some = reports.entriesAfter(last, AT_ONCE);
            while (!some.isEmpty()) {
                some.forEach(entry -> writer.write(Line.of(entry)));
                last = some.getLast().seq();
                some = reports.entriesAfter(last, AT_ONCE);
            }
        }
    }

    /** The columns. */
    @JsonPropertyOrder({
        "seq",
        "at",
        "kind",
        "taskId",
        "attempt",
        "slotId",
        "reservedUsd",
        "spentUsd",
        "capUsd",
        "costUsd",
        "estimated",
        "inputTokens",
        "outputTokens",
        "cacheReadTokens",
        "cacheWriteTokens"
    })
    record Line(
            long seq,
            String at,
            String kind,
            @Nullable String taskId,
            @Nullable Integer attempt,
            @Nullable String slotId,
            BigDecimal reservedUsd,
            BigDecimal spentUsd,
            @Nullable BigDecimal capUsd,
            BigDecimal costUsd,
            boolean estimated,
            long inputTokens,
            long outputTokens,
            long cacheReadTokens,
            long cacheWriteTokens) {

        static Line of(LedgerEntry entry) {
            Money cap = entry.capUsd();
            return new Line(
                    entry.seq(),
                    entry.at().toString(),
                    entry.kind().name(),
                    entry.taskId() == null ? null : entry.taskId().toString(),
                    entry.attempt(),
                    entry.slotId(),
                    entry.reservedUsd().toUsd(),
                    entry.spentUsd().toUsd(),
                    cap == null ? null : cap.toUsd(),
                    entry.costUsd().toUsd(),
                    entry.estimated(),
                    entry.tokens().input(),
                    entry.tokens().output(),
                    entry.tokens().cacheRead(),
                    entry.tokens().cacheWrite());
        }
    }
}
