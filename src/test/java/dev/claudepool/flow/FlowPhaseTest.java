package dev.claudepool.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.flow.FlowPhase.Ended;
import dev.claudepool.flow.FlowPhase.Held;
import dev.claudepool.flow.FlowPhase.Running;
import dev.claudepool.flow.FlowPhase.Stopping;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FlowPhaseTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final FlowPhase HELD = new Held();
    private static final FlowPhase RUNNING = new Running();
    private static final FlowPhase STOPPING = new Stopping(FlowStopReason.TIMED_OUT, false);
    private static final FlowPhase ENDED = new Ended(NOW, null);

    @Test
    void onlyAHeldOneBegins() {
        assertThat(HELD.begun()).isEqualTo(RUNNING);
        assertThat(RUNNING.begun()).isSameAs(RUNNING);
        assertThat(STOPPING.begun()).isSameAs(STOPPING);
        assertThat(ENDED.begun()).isSameAs(ENDED);
    }

    @Test
    void theFirstReasonToStopStays() {
        assertThat(RUNNING.stopped(FlowStopReason.TIMED_OUT)).isEqualTo(STOPPING);
        assertThat(STOPPING.stopped(FlowStopReason.CANCELLED)).isSameAs(STOPPING);
        assertThat(ENDED.stopped(FlowStopReason.CANCELLED)).isSameAs(ENDED);
    }

    @Test
    void whatWasStoppedWhileItWasHeldNeverBegan() {
        FlowPhase stopped = HELD.stopped(FlowStopReason.CANCELLED);

        assertThat(stopped.isHeld()).isTrue();
        assertThat(stopped.isStoppable()).isFalse();
        assertThat(STOPPING.isHeld()).isFalse();
    }

    @Test
    void theEndKeepsTheReasonOfTheStopAndTheFirstTime() {
        assertThat(STOPPING.ended(NOW)).isEqualTo(new Ended(NOW, FlowStopReason.TIMED_OUT));
        assertThat(RUNNING.ended(NOW)).isEqualTo(ENDED);
        assertThat(HELD.ended(NOW)).isEqualTo(ENDED);
        assertThat(ENDED.ended(NOW.plusSeconds(1))).isSameAs(ENDED);
    }

    @Test
    void onlyAnEndedOneIsResumed() {
        assertThat(ENDED.resumed()).isEqualTo(RUNNING);
        assertThat(HELD.resumed()).isSameAs(HELD);
        assertThat(STOPPING.resumed()).isSameAs(STOPPING);
    }
}
