package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MonotonicClockTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SettableClock wall = new SettableClock(START);
    private final MonotonicClock clock = new MonotonicClock(wall, wall::nanos);

    @Test
    void showsTheWallClockWhileThatIsNotSet() {
        wall.advance(HOUR);

        assertThat(clock.instant()).isEqualTo(START.plus(HOUR));
        assertThat(clock.ofWall(START)).isEqualTo(START);
    }

    @Test
    void goesOnByTheTimeThatPassesWhenTheWallClockIsSetBack() {
        wall.set(START.minus(HOUR));
        assertThat(clock.instant()).isEqualTo(START);

        wall.advance(Duration.ofSeconds(1));

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(1));
        assertThat(clock.after(Duration.ofSeconds(2))).isEqualTo(START.plusSeconds(3));
    }

    @Test
    void convertsWallClockTimesAlsoAfterItWasSetBack() {
        wall.set(START.minus(HOUR));

        assertThat(clock.ofWall(START.minus(HOUR).plusSeconds(10))).isEqualTo(START.plusSeconds(10));
    }

    @Test
    void followsAWallClockThatIsSetForwardAndStaysThere() {
        wall.set(START.plus(HOUR));
        assertThat(clock.instant()).isEqualTo(START.plus(HOUR));

        wall.set(START);

        assertThat(clock.instant()).isEqualTo(START.plus(HOUR));
    }
}
