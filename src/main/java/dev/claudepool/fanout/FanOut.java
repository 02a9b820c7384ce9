package dev.claudepool.fanout;

import dev.claudepool.event.EventLog.Subject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Elements, tasks or chains, that were submitted together. Immutable; {@link FanOutEngine} replaces it by its
 * successor.
 *
 * @param id time-ordered
 * @param stop why what has not ended is cancelled; null while nothing is
 * @param createdAt when it was accepted
 * @param deadline when it is stopped, by the monotonic clock; null when it has no limit
 * @param finishedAt when the last element ended; null while one has not
 */
record FanOut(
        UUID id,
        FanOutSpec.Options options,
        @Nullable Stop stop,
        Instant createdAt,
        @Nullable Instant deadline,
        @Nullable Instant finishedAt,
        ElementCounts counts) {

    /** Why a fan-out is stopped. */
    enum Stop {
        CANCELLED,
        FAILED_FAST,
        TIMED_OUT
    }

    /** The names of the states. */
    enum State {
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        boolean isFinal() {
            return this != RUNNING;
        }
    }

    /**
     * @param now by the wall clock
     * @param monotonicNow by the monotonic clock
     */
    static FanOut accepted(UUID id, FanOutSpec spec, Instant now, Instant monotonicNow) {
        FanOutSpec.Options options = spec.options();
        return new FanOut(
                id, options, null, now, options.deadlineFrom(monotonicNow), null, ElementCounts.ofQueued(spec.size()));
    }

    /** Where it stands: one failure makes all of it FAILED. */
    State state() {
        if (finishedAt == null) {
            return State.RUNNING;
        }
        if (counts.failed() > 0 || stop == Stop.TIMED_OUT) {
            return State.FAILED;
        }
        return counts.cancelled() > 0 ? State.CANCELLED : State.SUCCEEDED;
    }

    boolean isFinal() {
        return finishedAt != null;
    }

    /** With no more time left than one has that is accepted now. */
    FanOut notLaterThanAcceptedAt(Instant now) {
        Instant latest = options.deadlineFrom(now);
        return latest == null || deadline == null || !deadline.isAfter(latest)
                ? this
                : new FanOut(id, options, stop, createdAt, latest, finishedAt, counts);
    }

    FanOut stopped(Stop reason) {
        return new FanOut(id, options, reason, createdAt, deadline, finishedAt, counts);
    }

    /** With these counts, which may be the end of it. */
    FanOut counting(ElementCounts changed, Instant now) {
        return new FanOut(id, options, stop, createdAt, deadline, changed.areFinal() ? now : null, changed);
    }

    /** What its events are about. */
    Subject subject() {
        return new Subject(null, null, id, null);
    }

    @Override
    public String toString() {
        return "FanOut[" + id + " " + state() + "]";
    }
}
