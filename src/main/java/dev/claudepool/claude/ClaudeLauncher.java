package dev.claudepool.claude;

import org.springframework.stereotype.Component;

/** Starts {@code claude} processes, and ends those that an earlier instance left behind. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
@Component
public class ClaudeLauncher {

    /** Blocks until the process is ready, or has failed and nothing of it is left. */
    public Launch launch(LaunchSpec spec, SessionStart session, String slotId) {
        throw new UnsupportedOperationException();
    }

    /** Ends every process that an earlier instance of this data directory left, and returns how many there were. */
    public int endLeftovers() {
        throw new UnsupportedOperationException();
    }
}
