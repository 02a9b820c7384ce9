package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.web.ApiJson;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The JSON of this event is a contract with clients. */
class SlotStateChangedTest {

    private static final UUID TASK = new UUID(1, 2);

    @Test
    void anIdleSlotHasAState() {
        assertThat(json(SlotSettings.NONE, new SlotState.Idle(Instant.EPOCH))).isEqualTo("""
                {"state":"IDLE","cause":"task-ended","since":"1970-01-01T00:00:00Z","tasksCompleted":3,"spentUsd":0.5,"restarts":1}""");
    }

    @Test
    void aSlotWithSettingsShowsNameAndRole() {
        SlotSettings settings = new SlotSettings(null, "tester", null, TaskConfig.EMPTY);

        assertThat(json(settings, new SlotState.Busy(TASK))).isEqualTo("""
                {"state":"BUSY","cause":"task-ended","since":"1970-01-01T00:00:00Z","name":null,"role":"tester","taskId":"%s","tasksCompleted":3,"spentUsd":0.5,"restarts":1}""".formatted(TASK));
    }

    @Test
    void aFailedSlotShowsItsCode() {
        SlotState failed = new SlotState.Failed(Failure.of(FailureCode.CRASH_LOOP, "It died."));

        assertThat(json(SlotSettings.NONE, failed)).isEqualTo("""
                {"state":"FAILED","cause":"task-ended","since":"1970-01-01T00:00:00Z","code":"crash-loop","tasksCompleted":3,"spentUsd":0.5,"restarts":1}""");
    }

    private static String json(SlotSettings settings, SlotState state) {
        return ApiJson.mapper()
                .valueToTree(SlotStateChanged.of(
                        settings, new Slot.Change(state, SlotCause.TASK_ENDED, Instant.EPOCH, 3, Money.usd("0.5"), 1)))
                .toString();
    }
}
