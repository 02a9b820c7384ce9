package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.submit.TestingTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderGateTest {

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final TestingTasks tasks = new TestingTasks(database);
    private final QueuePause pause = tasks.queue.pause;
    private final ProviderGate gate = tasks.dispatch.provider;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        gate.listen(new ProviderGate.Listener() {
            @Override
            public void refused(FailureCode reason) {
                told.add("refused " + reason);
            }

            @Override
            public void limited(Instant until, FailureCode reason) {
                told.add("limited " + reason);
            }

            @Override
            public void limitEnded() {
                told.add("ended");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTHENTICATION_FAILED", "BILLING_ERROR"})
    void aRefusalPausesTheQueueForGood(FailureCode code) {
        fail(code);
        pass(Duration.ofDays(100));

        assertThat(pause.isPaused()).isTrue();
        assertThat(gate.refusal()).contains(code);
        assertThat(told).containsExactly("refused " + code);
    }

    @Test
    void aRefusalIsPublishedOnce() {
        fail(FailureCode.AUTHENTICATION_FAILED);
        fail(FailureCode.AUTHENTICATION_FAILED);

        assertThat(told).hasSize(1);
    }

    @Test
    void aRefusalIsPublishedAgainAfterAResume() {
        fail(FailureCode.AUTHENTICATION_FAILED);
        gate.reset();
        assertThat(gate.refusal()).isEmpty();

        fail(FailureCode.AUTHENTICATION_FAILED);

        assertThat(told).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLI_EXITED", "API_ERROR", "RATE_LIMITED", "TASK_FAILED"})
    void otherFailuresPauseNothing(FailureCode code) {
        fail(code);

        assertThat(pause.isPaused()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void aLimitPausesTheQueueForAWhile() {
        limit(Duration.ofSeconds(10));
        assertThat(pause.isPaused()).isTrue();

        pass(Duration.ofSeconds(11));

        assertThat(pause.isPaused()).isFalse();
        assertThat(told).containsExactly("limited RATE_LIMITED");
    }

    @Test
    void anEarlierEndDoesNotShortenAPause() {
        limit(Duration.ofSeconds(10));
        limit(Duration.ofSeconds(5));
        pass(Duration.ofSeconds(6));

        assertThat(pause.isPaused()).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void aPauseThatHardlyGrowsIsNoNews() {
        limit(Duration.ofSeconds(10));
        limit(Duration.ofMillis(10_900));

        assertThat(told).hasSize(1);
    }

    @Test
    void aPauseThatGrowsIsNews() {
        limit(Duration.ofSeconds(10));
        limit(Duration.ofSeconds(20));

        assertThat(told).hasSize(2);
    }

    @Test
    void theEndOfAPauseIsPublishedOnce() {
        limit(Duration.ofSeconds(10));
        gate.noteEndOfPause();
        pass(Duration.ofSeconds(11));
        gate.noteEndOfPause();
        gate.noteEndOfPause();

        assertThat(told).containsExactly("limited RATE_LIMITED", "ended");
    }

    @Test
    void theEndOfAPauseThatWasResumedIsNotPublished() {
        limit(Duration.ofSeconds(10));
        pause.resume();
        gate.reset();

        gate.noteEndOfPause();

        assertThat(told).containsExactly("limited RATE_LIMITED");
    }

    @Test
    void theQueueWaitsAsLongAsTheCliDoes() {
        gate.onEvent(retry("overloaded"));
        assertThat(pause.isPaused()).isTrue();

        pass(Duration.ofSeconds(6));

        assertThat(pause.isPaused()).isFalse();
        assertThat(told).containsExactly("limited OVERLOADED");
    }

    @Test
    void aRetryForAnotherReasonPausesNothing() {
        gate.onEvent(retry("server_error"));

        assertThat(pause.isPaused()).isFalse();
        assertThat(told).isEmpty();
    }

    private void fail(FailureCode code) {
        gate.pauseUpon(Failure.of(code, "It failed."));
    }

    private void limit(Duration length) {
        gate.pauseUntil(database.monotonicClock().after(length), FailureCode.RATE_LIMITED);
    }

    private void pass(Duration time) {
        database.clock().advance(time);
    }

    private static TurnEvent retry(String error) {
        return new TurnEvent.Retry(error, null, 1, 10, Duration.ofSeconds(5));
    }
}
