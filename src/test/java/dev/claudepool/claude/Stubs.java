package dev.claudepool.claude;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stub processes of one test, all ended with it. */
final class Stubs implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(30);

    private final ClaudeLauncher launcher;
    private final LaunchSpec spec;
    private final List<ClaudeProcess> started = new CopyOnWriteArrayList<>();

    Stubs(Path directory) {
        this(directory, Duration.ofSeconds(10));
    }

    /** @param patience the first-byte and the silence timeout */
    Stubs(Path directory, Duration patience) {
        this.launcher = StubCli.launcher(directory, Map.of(), patience);
        this.spec = StubCli.spec(directory);
    }

    LaunchSpec spec() {
        return spec;
    }

    ClaudeProcess start() {
        return start(spec, new SessionStart.Fresh(UUID.randomUUID()));
    }

    ClaudeProcess start(LaunchSpec spec, SessionStart session) {
        return switch (launcher.launch(spec, session, "slot-0")) {
            case LaunchResult.Ready(ClaudeProcess process) -> {
                started.add(process);
                yield process;
            }
            case LaunchResult.Failed(Failure failure) -> throw new AssertionError(failure.message() + failure.stderr());
        };
    }

    /** Runs one turn without limits to its end. */
    static TurnResult run(ClaudeProcess process, String prompt) throws InterruptedException {
        return process.begin(new Prompt(prompt, false), limits(LONG), new Recorder())
                .await();
    }

    /** The text of the answer. */
    static String ask(ClaudeProcess process, String prompt) throws InterruptedException {
        return switch (run(process, prompt)) {
            case TurnResult.Completed(Answer answer, var _) -> answer.output();
            case TurnResult.Failed(Failure failure, var _) -> throw new AssertionError(failure.message());
            case TurnResult.Cancelled _ -> throw new AssertionError("cancelled");
        };
    }

    static TurnLimits limits(Duration total) {
        return new TurnLimits(total, null);
    }

    static @Nullable Failure failure(TurnResult ending) {
        return ending instanceof TurnResult.Failed(Failure failure, var _) ? failure : null;
    }

    @Override
    public void close() {
        started.forEach(ClaudeProcess::close);
    }
}
