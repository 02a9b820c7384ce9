package dev.claudepool.task;

import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a task. Each state holds only what exists in it, and its methods are the only ways out of it.
 *
 * <pre>
 *            {@link Queued#claimed}            {@link Running#succeeded}
 *   QUEUED ------------------&gt; RUNNING ------------------&gt; SUCCEEDED
 *     |  ^                      |  |  |
 *     |  |   {@link Running#requeued}    |  |  |   {@link Running#failed}
 *     |  +----------------------+  |  +------------------&gt; FAILED
 *     |                            |
 *     |   {@link Queued#cancelled}        |   {@link Running#cancelled}
 *     +----------------------------+---------------------&gt; CANCELLED
 *     |   {@link Queued#failed}
 *     +--------------------------------------------------&gt; FAILED
 * </pre>
 */
public sealed interface TaskState {

    /** Its name in the API and the store. */
    Name name();

    default boolean isFinal() {
        return name().isFinal();
    }

    /** A state that never changes again. */
    sealed interface Ended extends TaskState {
        Instant finishedAt();
    }

    /** The names of the states. */
    @Schema(enumAsRef = true, name = "TaskState")
    enum Name {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        public boolean isFinal() {
            return this != QUEUED && this != RUNNING;
        }
    }

    /**
     * Waits to be claimed.
     *
     * @param notBefore the earliest time it may be, by the monotonic clock
     * @param interrupted whether an attempt of it was cut off by the death of its service, so that the next goes on in
     *     its session
     * @param hold why it may not be claimed even then; null when it may
     * @param since when it came into the queue, this time
     */
    record Queued(
            Instant notBefore,
            boolean interrupted,
            @Nullable HoldReason hold,
            Instant since) implements TaskState {
        /** May be claimed whatever the clock shows. */
        public static final Instant AT_ONCE = Instant.EPOCH;

        /** Returns a copy that may be claimed from this time on, whatever it waited for until now. */
        public Queued notBefore(Instant time) {
            return new Queued(time, interrupted, hold, since);
        }

        public Running claimed() {
            return new Running(false);
        }

        public Cancelled cancelled(Instant now) {
            return new Cancelled(now);
        }

        public Failed failed(TaskError error, Instant now) {
            return new Failed(error, now);
        }

        @Override
        public Name name() {
            return Name.QUEUED;
        }
    }

    /**
     * An attempt is running.
     *
     * @param cancelling whether it has been asked to stop
     */
    record Running(boolean cancelling) implements TaskState {
        public Running cancelRequested() {
            return new Running(true);
        }

        public Queued requeued(Instant notBefore, Instant now) {
            return new Queued(notBefore, false, null, now);
        }

        public Queued interrupted(Instant now) {
            return new Queued(Queued.AT_ONCE, true, null, now);
        }

        public Succeeded succeeded(Answer answer, Instant now) {
            return new Succeeded(answer, now);
        }

        public Failed failed(Failure failure, Instant now) {
            return failed(TaskError.of(failure), now);
        }

        public Failed failed(TaskError error, Instant now) {
            return new Failed(error, now);
        }

        public Cancelled cancelled(Instant now) {
            return new Cancelled(now);
        }

        @Override
        public Name name() {
            return Name.RUNNING;
        }
    }

    /** The task has an answer. */
    record Succeeded(Answer answer, Instant finishedAt) implements Ended {
        @Override
        public Name name() {
            return Name.SUCCEEDED;
        }
    }

    /** The task failed for good. */
    record Failed(TaskError error, Instant finishedAt) implements Ended {
        @Override
        public Name name() {
            return Name.FAILED;
        }
    }

    /** Somebody wanted it no more. */
    record Cancelled(Instant finishedAt) implements Ended {
        @Override
        public Name name() {
            return Name.CANCELLED;
        }
    }
}
