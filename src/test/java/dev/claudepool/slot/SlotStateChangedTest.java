package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

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
                {"state":"IDLE"}""");
    }

    @Test
    void aSlotWithSettingsShowsNameAndRole() {
        SlotSettings settings = new SlotSettings(null, "tester", null, TaskConfig.EMPTY);

        assertThat(json(settings, new SlotState.Busy(TASK))).isEqualTo("""
                {"state":"BUSY","name":null,"role":"tester","taskId":"%s"}""".formatted(TASK));
    }

    @Test
    void aFailedSlotShowsItsCode() {
        SlotState failed = new SlotState.Failed(Failure.of(FailureCode.CRASH_LOOP, "It died."));

        assertThat(json(SlotSettings.NONE, failed)).isEqualTo("""
                {"state":"FAILED","code":"crash-loop"}""");
    }

    private static String json(SlotSettings settings, SlotState state) {
        return ApiJson.mapper()
                .valueToTree(SlotStateChanged.of(settings, state))
                .toString();
    }
}
