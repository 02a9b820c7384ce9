package dev.claudepool.fanout;

import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.flow.FlowPhase;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Elements, tasks or chains, that were submitted together. Immutable; {@link FanOutEngine} replaces it by its
 * successor.
 *
 * @param id time-ordered
 * @param retryOf the ended fan-out whose failed elements it repeats, if any; that may be deleted by now
 * @param createdAt when it was accepted
 * @param deadline when it is stopped, by the monotonic clock; null when it has no limit
 */
record FanOut(
        UUID id,
        FanOutSpec.Options options,
        @Nullable UUID retryOf,
        Instant createdAt,
        @Nullable Instant deadline,
        FlowPhase phase,
        ElementCounts counts) {

    /**
     * @param now by the wall clock
     * @param monotonicNow by the monotonic clock
     */
    static FanOut accepted(UUID id, FanOutRequest request, Instant now, Instant monotonicNow) {
        FanOutSpec.Options options = request.spec().options();
        return new FanOut(
                id,
                options,
                request.retryOf(),
                now,
                options.deadlineFrom(monotonicNow),
                new FlowPhase.Running(),
                ElementCounts.ofQueued(request.spec().size()));
    }

    /** Returns the state; a fan-out has failed if one element has. */
    FlowState state() {
        if (!phase.isFinal()) {
            return FlowState.RUNNING;
        }
        if (counts.failed() > 0 || phase.stop() == FlowStopReason.TIMED_OUT) {
            return FlowState.FAILED;
        }
        return counts.cancelled() > 0 ? FlowState.CANCELLED : FlowState.SUCCEEDED;
    }

    /** Returns a copy with no later deadline than a fan-out that is accepted now. */
    FanOut notLaterThanAcceptedAt(Instant now) {
        Instant latest = options.deadlineFrom(now);
        return latest == null || deadline == null || !deadline.isAfter(latest)
                ? this
                : new FanOut(id, options, retryOf, createdAt, latest, phase, counts);
    }

    FanOut stopped(FlowStopReason reason) {
        return new FanOut(id, options, retryOf, createdAt, deadline, phase.stopped(reason), counts);
    }

    /** Returns a copy with these counts; it has ended if they are final. */
    FanOut counting(ElementCounts changed, Instant now) {
        return new FanOut(
                id,
                options,
                retryOf,
                createdAt,
                deadline,
                changed.areFinal() ? phase.ended(now) : phase.resumed(),
                changed);
    }

    /** Returns what its events are about. */
    Subject subject() {
        return new Subject(null, null, id, null, options.labels().tags());
    }

    @Override
    public String toString() {
        return "FanOut[" + id + " " + state() + "]";
    }
}
