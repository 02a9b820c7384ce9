package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.demo.MessagesApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of an idle process, with the real CLI. */
@Timeout(120)
class WarmUpTest {

    private static final int PROCESSES = 5;
    private static final int LOOKS = 200;

    @TempDir
    Path directory;

    @AutoClose
    private final MessagesApi api = MessagesApi.start();

    @Test
    void idleProcessSendsNothingToTheApi() {
        ClaudeProcess process = start();
        try {
            assertThat(process.warmUp()).isEmpty();
            Duration before = cpu(process);
            for (int i = 0; i < LOOKS; i++) {
                assertThat(process.answers()).isTrue();
            }
            System.out.println("A look at an idle process cost it %.2f ms of CPU time"
                    .formatted(cpu(process).minus(before).toMillis() / (double) LOOKS));

            assertThat(api.requests()).isZero();
        } finally {
            process.close();
        }
    }

    /** Prints how long it takes; the machine may be busy. */
    @Test
    void firstTurnIsAnsweredWithAndWithoutWarmUp() {
        long cold = firstTurn(false);
        long warm = firstTurn(true);

        System.out.println("The first turn of a process took %d ms without warm-up, %d ms after it (median of %d)"
                .formatted(cold / 1_000_000, warm / 1_000_000, PROCESSES));
    }

    private static Duration cpu(ClaudeProcess process) {
        return ProcessHandle.of(process.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow();
    }

    private long firstTurn(boolean warmUp) {
        return LongStream.generate(() -> timeOfFirstTurn(warmUp))
                .limit(PROCESSES)
                .sorted()
                .skip(PROCESSES / 2)
                .findFirst()
                .orElseThrow();
    }

    private long timeOfFirstTurn(boolean warmUp) {
        ClaudeProcess process = start();
        try {
            if (warmUp) {
                assertThat(process.warmUp()).isEmpty();
            }
            long begin = System.nanoTime();
            assertThat(Stubs.ask(process, "[[echo:fine]]")).isEqualTo("fine");
            return System.nanoTime() - begin;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            process.close();
        }
    }

    private ClaudeProcess start() {
        ClaudeLauncher launcher = StubCli.launcher(
                RealCli.executable(),
                directory,
                Map.of(
                        "HOME", directory.toString(),
                        "CLAUDE_CONFIG_DIR", directory.resolve("config").toString(),
                        "ANTHROPIC_BASE_URL", api.uri().toString(),
                        "ANTHROPIC_API_KEY", "test-key"),
                Duration.ofSeconds(30));
        LaunchResult launch =
                launcher.launch(StubCli.spec(directory), new SessionStart.Fresh(UUID.randomUUID()), "slot-0");
        return switch (launch) {
            case LaunchResult.Ready(ClaudeProcess process) -> process;
            case LaunchResult.Failed(Failure failure) -> throw new AssertionError(failure.message() + failure.stderr());
        };
    }
}
