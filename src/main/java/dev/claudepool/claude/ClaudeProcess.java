package dev.claudepool.claude;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One live {@code claude} process, which carries out one turn at a time. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class ClaudeProcess {

    ClaudeProcess() {}

    /** The conversation it works on. */
    public UUID sessionId() {
        throw new UnsupportedOperationException();
    }

    /** What it now runs as. */
    public LaunchSpec spec() {
        throw new UnsupportedOperationException();
    }

    public long pid() {
        throw new UnsupportedOperationException();
    }

    public boolean isAlive() {
        throw new UnsupportedOperationException();
    }

    /** Completes when the process has ended, for whatever reason. */
    public CompletableFuture<?> onExit() {
        throw new UnsupportedOperationException();
    }

    /** Has the idle process load what its first turn needs; does not wait. */
    public void warmUp() {
        throw new UnsupportedOperationException();
    }

    /** Changes model, effort and permission mode between turns, where they differ; blocks for some milliseconds. */
    public Optional<Failure> switchTo(LaunchSpec spec) {
        throw new UnsupportedOperationException();
    }

    /** Forgets the conversation between turns; {@link #sessionId()} is another afterwards. */
    public Optional<Failure> clear() {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends a prompt and returns at once. The {@code listener} is called on the thread that awaits the turn.
     *
     * @throws IllegalStateException while another turn is under way
     */
    public Turn begin(Prompt prompt, TurnLimits limits, Consumer<TurnEvent> listener) {
        throw new UnsupportedOperationException();
    }

    /** Ends the process and all that it started; blocks until nothing of it is left. */
    public void close() {
        throw new UnsupportedOperationException();
    }
}
