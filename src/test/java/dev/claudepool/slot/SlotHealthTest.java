package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.ManualScheduler;
import dev.claudepool.store.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SlotHealthTest {

    private static final Failure FAILURE = Failure.of(FailureCode.CLI_START_FAILED, "It did not start.");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05Z"));
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final SlotHealth health = new SlotHealth(clock.monotonic(), scheduler);

    @Test
    void aNewSlotNeedNotWait() {
        assertThat(health.pause()).isZero();
        assertThat(health.crashLoop()).isEmpty();
        assertThat(health.failedStart()).isEmpty();
    }

    @Test
    void theFirstFailedStartIsFollowedByHalfASecond() {
        health.startFailed(FAILURE);

        assertThat(health.pause()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void eachFailedStartDoublesThePause() {
        failStarts(3);

        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void noPauseAfterFailedStartsIsLongerThanHalfAMinute() {
        failStarts(1000);

        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aStartEndsTheBackOff() {
        failStarts(3);

        health.started();

        assertThat(health.pause()).isZero();
        assertThat(health.failedStarts()).isZero();
        assertThat(health.failedStart()).isEmpty();
    }

    @Test
    void theLastFailedStartIsKnown() {
        Failure last = Failure.of(FailureCode.SESSION_NOT_FOUND, "another");
        failStarts(1);
        health.startFailed(last);

        assertThat(health.failedStart()).contains(last);
    }

    @Test
    void fourCrashesAreNoLoop() {
        crash(4);

        assertThat(health.crashLoop()).isEmpty();
        assertThat(health.pause()).isZero();
    }

    @Test
    void fiveCrashesAreALoop() {
        crash(5);

        assertThat(health.crashLoop()).get().extracting(Failure::code).isEqualTo(FailureCode.CRASH_LOOP);
        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void thePauseOfALoopPasses() {
        crash(5);

        clock.advance(Duration.ofSeconds(4));
        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(1));

        clock.advance(Duration.ofSeconds(2));
        assertThat(health.pause()).isZero();
    }

    @Test
    void whatWaitsForAPauseRunsOnceAtItsEnd() {
        AtomicInteger runs = new AtomicInteger();
        assertThat(health.pausesBefore(runs::incrementAndGet)).isFalse();
        failStarts(1);

        assertThat(health.pausesBefore(runs::incrementAndGet)).isTrue();
        assertThat(health.pausesBefore(runs::incrementAndGet)).isTrue();

        scheduler.advance(Duration.ofMillis(499));
        assertThat(runs).hasValue(0);
        scheduler.advance(Duration.ofMillis(1));
        assertThat(runs).hasValue(1);
        assertThat(health.pausesBefore(runs::incrementAndGet)).isFalse();
    }

    @Test
    void eachFurtherCrashDoublesThePauseOfALoop() {
        crash(7);

        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void noPauseOfALoopIsLongerThanAMinute() {
        crash(1000);

        assertThat(health.pause()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aStartAloneDoesNotEndALoop() {
        crash(5);

        health.started();

        assertThat(health.crashLoop()).isPresent();
    }

    @Test
    void aCompletedTaskEndsALoop() {
        crash(5);

        health.completed();

        assertThat(health.crashLoop()).isEmpty();
        assertThat(health.pause()).isZero();
    }

    @Test
    void crashesAreCountedFromTheLastCompletedTask() {
        crash(4);
        health.completed();
        crash(4);

        assertThat(health.crashLoop()).isEmpty();
    }

    @Test
    void everyFailedStartAndEveryCrashIsARestart() {
        failStarts(2);
        crash(3);
        health.started();
        health.completed();

        assertThat(health.restarts()).isEqualTo(5);
    }

    private void failStarts(int count) {
        for (int i = 0; i < count; i++) {
            health.startFailed(FAILURE);
        }
    }

    private void crash(int count) {
        for (int i = 0; i < count; i++) {
            health.crashed();
        }
    }
}
