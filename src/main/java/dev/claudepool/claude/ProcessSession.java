package dev.claudepool.claude;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The session that a process works in, as far as its messages show. Thread-safe. */
final class ProcessSession {

    private final AtomicInteger sessions = new AtomicInteger(1);
    private volatile UUID id;
    private volatile UUID beforeClear;
    private volatile boolean pristine = true;
    private volatile boolean reset;

    ProcessSession(UUID id) {
        this.id = id;
        this.beforeClear = id;
    }

    UUID id() {
        return id;
    }

    /** The number of sessions that the process has had. */
    int sessions() {
        return sessions.get();
    }

    /** Returns whether nothing has been said in the present session, asked for or not. */
    boolean isPristine() {
        return pristine;
    }

    void turnBegins() {
        pristine = false;
    }

    /** The next messages should begin a new session; {@link #cleared()} checks whether they did. */
    void clearBegins() {
        beforeClear = id;
        reset = false;
    }

    /** Why the process may still remember the old session; empty when it has begun a new one. */
    Optional<Failure> cleared() {
        if (!reset || id.equals(beforeClear)) {
            return Optional.of(Failure.of(FailureCode.EXECUTION_ERROR, "claude did not begin a new session."));
        }
        sessions.incrementAndGet();
        pristine = true;
        return Optional.empty();
    }

    void note(CliMessage message) {
        if (message instanceof CliMessage.ConversationReset) {
            reset = true;
        }
        if (message instanceof CliMessage.Result result && result.sessionId() != null) {
            id = result.sessionId();
        }
        if (message.showsWork()) {
            pristine = false;
        }
    }
}
