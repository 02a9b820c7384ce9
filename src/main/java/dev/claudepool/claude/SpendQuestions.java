package dev.claudepool.claude;

import java.time.Duration;
import java.util.Optional;

/** Decides when a turn asks its process for the spend, and how long it waits for the answer. For use by one thread. */
final class SpendQuestions {

    private static final Duration BETWEEN = Duration.ofSeconds(2);

    /**
     * A process that works without reporting its spend cannot be limited. It needs 1 to 3 ms, but seconds where it gets
     * no CPU.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    /** After the last reply of a turn comes its result, which a question about the cost would only delay. */
    private static final Duration WAIT_FOR_RESULT = Duration.ofMillis(50);

    private final Runnable question;
    private boolean asked;
    private boolean stale;
    private boolean unpriced;
    private long waited;
    private Duration untilNext = BETWEEN;

    /** @param question asks the process; {@link #answered()} reports the answer */
    SpendQuestions(Runnable question) {
        this.question = question;
    }

    /** One question at a time: what happens before its answer is asked about afterwards. */
    void ask() {
        untilNext = BETWEEN;
        stale = asked;
        if (!asked) {
            asked = true;
            waited = 0;
            question.run();
        }
    }

    void answered() {
        asked = false;
        unpriced = false;
    }

    /** Something happened that may cost. */
    void worked() {
        unpriced = true;
    }

    /** Asks about what has happened since the last question. */
    void askAgain() {
        if (stale) {
            ask();
        }
    }

    /** A reply is priced now, which the result may report at once. */
    void replied() {
        untilNext = WAIT_FOR_RESULT;
    }

    /** Returns how long to wait for a message before the next question. */
    Duration untilNext() {
        return untilNext;
    }

    /**
     * Counts the waiting, not the time: while mail is there, an answer may be behind it. A process that has not begun
     * to work spends nothing, and may be slow to begin.
     */
    void waited(long nanos) {
        if (asked && unpriced) {
            waited += nanos;
        }
    }

    /** Why a turn with a limit must end: it is not known what it spends. */
    Optional<Failure> unaccounted() {
        return !asked || waited < LONGEST_WAIT.toNanos()
                ? Optional.empty()
                : Optional.of(Failure.of(
                        FailureCode.CLI_SILENT,
                        "claude did not tell within " + LONGEST_WAIT.toSeconds() + " s what it spends."));
    }
}
