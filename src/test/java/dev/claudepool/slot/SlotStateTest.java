package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlotStateTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATER = NOW.plusSeconds(1);
    private static final UUID TASK = UUID.randomUUID();
    private static final Failure FAILURE = Failure.of(FailureCode.CLI_START_FAILED, "It did not start.");
    private static final SlotState VACANT = new SlotState.Restarting();

    private static final SlotState STARTING = new SlotState.Starting();
    private static final SlotState IDLE = new SlotState.Idle(NOW);
    private static final SlotState BUSY = new SlotState.Busy(TASK);
    private static final SlotState RESTARTING = new SlotState.Restarting();
    private static final SlotState REFRESHING = new SlotState.Refreshing();
    private static final SlotState FAILED = new SlotState.Failed(FAILURE);
    private static final SlotState DRAINING = new SlotState.Draining(TASK);
    private static final SlotState STOPPED = new SlotState.Stopped();

    @ParameterizedTest
    @MethodSource("withoutProcess")
    void aProcessThatIsReadyMakesASlotIdleThatHadNone(SlotState state) {
        assertThat(state.ready(LATER)).isEqualTo(new SlotState.Idle(LATER));
    }

    static Stream<SlotState> withoutProcess() {
        return Stream.of(STARTING, RESTARTING, REFRESHING, FAILED);
    }

    @ParameterizedTest
    @MethodSource("notWaitingForAProcess")
    void aProcessThatIsReadyChangesNoOtherSlot(SlotState state) {
        assertThat(state.ready(LATER)).isSameAs(state);
    }

    static Stream<SlotState> notWaitingForAProcess() {
        return Stream.of(IDLE, BUSY, DRAINING, STOPPED);
    }

    @ParameterizedTest
    @MethodSource("withoutTask")
    void aStartThatFailsMakesASlotFailThatHasNoTask(SlotState state) {
        assertThat(state.startFailed(FAILURE)).isEqualTo(FAILED);
    }

    static Stream<SlotState> withoutTask() {
        return Stream.of(STARTING, RESTARTING, REFRESHING, IDLE, FAILED);
    }

    @ParameterizedTest
    @MethodSource("withTaskOrStopped")
    void aStartThatFailsBesideATaskChangesNothing(SlotState state) {
        assertThat(state.startFailed(FAILURE)).isSameAs(state);
    }

    static Stream<SlotState> withTaskOrStopped() {
        return Stream.of(BUSY, DRAINING, STOPPED);
    }

    @Test
    void anIdleSlotIsTaken() {
        assertThat(IDLE.taken(TASK)).isEqualTo(BUSY);
    }

    @ParameterizedTest
    @MethodSource("notIdle")
    void noOtherSlotIsTaken(SlotState state) {
        assertThat(state.taken(UUID.randomUUID())).isSameAs(state);
    }

    static Stream<SlotState> notIdle() {
        return Stream.of(STARTING, BUSY, RESTARTING, REFRESHING, FAILED, DRAINING, STOPPED);
    }

    @Test
    void aBusySlotThatIsReleasedIsVacant() {
        assertThat(BUSY.released(() -> VACANT)).isSameAs(VACANT);
    }

    @Test
    void aDrainingSlotThatIsReleasedStops() {
        assertThat(DRAINING.released(() -> VACANT)).isEqualTo(STOPPED);
    }

    @ParameterizedTest
    @MethodSource("withoutTaskToRelease")
    void aSlotWithoutATaskIsNotReleased(SlotState state) {
        assertThat(state.released(() -> VACANT)).isSameAs(state);
    }

    static Stream<SlotState> withoutTaskToRelease() {
        return Stream.of(STARTING, IDLE, FAILED, STOPPED);
    }

    @Test
    void aBusySlotThatIsDrainedKeepsItsTask() {
        assertThat(BUSY.drained()).isEqualTo(DRAINING);
    }

    @Test
    void aSlotIsDrainedOnce() {
        assertThat(DRAINING.drained()).isSameAs(DRAINING);
    }

    @ParameterizedTest
    @MethodSource("withoutTask")
    void aSlotWithoutATaskThatIsDrainedStops(SlotState state) {
        assertThat(state.drained()).isEqualTo(STOPPED);
    }

    @ParameterizedTest
    @MethodSource("staying")
    void aSlotThatStaysTakesTasksNowOrLater(SlotState state) {
        assertThat(state.takesTasks()).isTrue();
    }

    static Stream<SlotState> staying() {
        return Stream.of(STARTING, IDLE, BUSY, RESTARTING, REFRESHING, FAILED);
    }

    @ParameterizedTest
    @MethodSource("leaving")
    void aSlotThatLeavesTakesNoTasks(SlotState state) {
        assertThat(state.takesTasks()).isFalse();
    }

    static Stream<SlotState> leaving() {
        return Stream.of(DRAINING, STOPPED);
    }

    @Test
    void onlyABusyOrDrainingSlotHasATask() {
        assertThat(Stream.of(BUSY, DRAINING).map(SlotState::taskId)).containsOnly(TASK);
        assertThat(Stream.of(STARTING, IDLE, RESTARTING, REFRESHING, FAILED, STOPPED)
                        .map(SlotState::taskId))
                .containsOnlyNulls();
    }
}
