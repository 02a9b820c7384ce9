package dev.claudepool.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodTest {

    @ParameterizedTest
    @CsvSource({
        "DAY,   UTC,           2026-11-22T18:13:18Z, 2026-11-22T00:00:00Z, 2026-11-23T00:00:00Z",
        "DAY,   Europe/Berlin, 2026-11-22T23:30:00Z, 2026-11-22T23:00:00Z, 2026-11-23T23:00:00Z",
        // the clocks change: days of 25 and of 23 hours
        "DAY,   Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "DAY,   Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        // a day that begins at one o'clock
        "DAY,   Asia/Beirut,   2026-03-29T12:00:00Z, 2026-03-28T22:00:00Z, 2026-03-29T21:00:00Z",
        "MONTH, UTC,           2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "MONTH, UTC,           2026-12-01T00:00:00Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "MONTH, America/New_York, 2026-12-01T04:59:59Z, 2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
    })
    void beginsWithADayOfTheZone(Period period, String zone, Instant now, Instant start, Instant end) {
        assertThat(period.start(now, ZoneId.of(zone))).isEqualTo(start);
        assertThat(period.end(now, ZoneId.of(zone))).hasValue(end);
    }

    @Test
    void foreverNeitherBeginsNorEnds() {
        Instant now = Instant.parse("2026-11-22T18:13:18Z");

        assertThat(Period.FOREVER.start(now, ZoneId.of("UTC"))).isEqualTo(Instant.EPOCH);
        assertThat(Period.FOREVER.end(now, ZoneId.of("UTC"))).isEmpty();
    }
}
