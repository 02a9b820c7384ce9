package dev.claudepool.budget;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/** The time in which a cap counts what is spent. */
@Schema(enumAsRef = true, name = "BudgetPeriod")
public enum Period {
    @JsonProperty("forever")
    FOREVER,
    @JsonProperty("day")
    DAY,
    @JsonProperty("month")
    MONTH;

    /** Returns when the one began that holds {@code now}: at the first moment of a day in {@code zone}. */
    Instant start(Instant now, ZoneId zone) {
        return this == FOREVER
                ? Instant.EPOCH
                : firstDay(now, zone).atStartOfDay(zone).toInstant();
    }

    /** Returns when the next one begins. */
    Optional<Instant> end(Instant now, ZoneId zone) {
        LocalDate first = firstDay(now, zone);
        return switch (this) {
            case FOREVER -> Optional.empty();
            case DAY -> Optional.of(first.plusDays(1).atStartOfDay(zone).toInstant());
            case MONTH -> Optional.of(first.plusMonths(1).atStartOfDay(zone).toInstant());
        };
    }

    private LocalDate firstDay(Instant now, ZoneId zone) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return this == MONTH ? today.withDayOfMonth(1) : today;
    }
}
