package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.FakeCli;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.claude.StubCli;
import dev.claudepool.slot.SlotProperties.Isolation;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RecyclingTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final FakeCli cli = new FakeCli();
    private final LaunchSpec spec = StubCli.spec(cli.workingDirectory());
    private final ClaudeProcess process = start();

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void aProcessThatForgetsMayTakeAnotherTask() {
        assertThat(recycling(Isolation.CONVERSATION, 2, LONG).allows(process, spec))
                .isTrue();
    }

    @Test
    void noProcessTakesAnotherTaskWhereEachHasItsOwn() {
        assertThat(recycling(Isolation.PROCESS, 2, LONG).allows(process, spec)).isFalse();
    }

    @Test
    void aProcessTakesNoMoreTasksThanItMay() throws InterruptedException {
        Recycling recycling = recycling(Isolation.CONVERSATION, 2, LONG);

        assertThat(process.clear()).isEmpty();

        assertThat(recycling.allows(process, spec)).isFalse();
    }

    @Test
    void aProcessThatIsTooOldTakesNoMoreTasks() {
        assertThat(recycling(Isolation.CONVERSATION, 2, Duration.ofNanos(1)).allows(process, spec))
                .isFalse();
    }

    @Test
    void aProcessThatIsSomethingElseTakesNoTask() {
        LaunchSpec other = new LaunchSpec(
                cli.workingDirectory(),
                "You are another.",
                null,
                null,
                PermissionMode.PLAN,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null);

        assertThat(recycling(Isolation.CONVERSATION, 2, LONG).allows(process, other))
                .isFalse();
    }

    @Test
    void aProcessThatHasEndedTakesNoTask() {
        process.close();

        assertThat(recycling(Isolation.CONVERSATION, 2, LONG).allows(process, spec))
                .isFalse();
    }

    private Recycling recycling(Isolation isolation, int turns, Duration age) {
        return new Recycling(
                new SlotProperties(cli.workingDirectory().toString(), isolation),
                new RecycleProperties(turns, age, DataSize.ofGigabytes(1)));
    }

    private ClaudeProcess start() {
        return switch (cli.launcher().launch(spec, new SessionStart.Fresh(UUID.randomUUID()), "slot-0")) {
            case LaunchResult.Ready(ClaudeProcess ready) -> ready;
            case LaunchResult.Failed(var failure) -> throw new AssertionError(failure.message());
        };
    }
}
