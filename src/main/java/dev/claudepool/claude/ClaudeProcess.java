package dev.claudepool.claude;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One live {@code claude} process, which carries out one turn at a time. Thread-safe. */
public final class ClaudeProcess {

    ClaudeProcess() {}

    /** The conversation it works on. */
    public UUID sessionId() {
        throw unfinished();
    }

    /** What it now runs as. */
    public LaunchSpec spec() {
        throw unfinished();
    }

    public long pid() {
        throw unfinished();
    }

    public boolean isAlive() {
        throw unfinished();
    }

    /** Completes when the process has ended, for whatever reason. */
    public CompletableFuture<?> onExit() {
        throw unfinished();
    }

    /** Has the idle process load what its first turn needs; does not wait. */
    public void warmUp() {
        throw unfinished();
    }

    /** Changes model, effort and permission mode between turns, where they differ; blocks for some milliseconds. */
    public Optional<Failure> switchTo(LaunchSpec spec) {
        throw unfinished();
    }

    /** Forgets the conversation between turns; {@link #sessionId()} is another afterwards. */
    public Optional<Failure> clear() {
        throw unfinished();
    }

    /**
     * Sends a prompt and returns at once. The {@code listener} is called on the thread that awaits the turn.
     *
     * @throws IllegalStateException while another turn is under way
     */
    public Turn begin(Prompt prompt, TurnLimits limits, Consumer<TurnEvent> listener) {
        throw unfinished();
    }

    /** Ends the process and all that it started; blocks until nothing of it is left. */
    public void close() {
        throw unfinished();
    }

    private static RuntimeException unfinished() {
        return new UnsupportedOperationException();
    }
}
