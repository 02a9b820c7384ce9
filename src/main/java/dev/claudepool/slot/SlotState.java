package dev.claudepool.slot;

import dev.claudepool.claude.Failure;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a slot. Every method that returns a state is a transition; where the state has no such transition, it
 * returns itself.
 *
 * <pre>
 *               ready            taken
 *   STARTING ----------&gt; IDLE &lt;-----------&gt; BUSY
 *      |                  ^  |    released   |
 *      |            ready |  | died          | released without a process ready
 *      |                  |  v               v
 *      +-- failed --&gt; FAILED &lt;-------- RESTARTING, or REFRESHING where settings or context were changed
 *
 *   any ----&gt; DRAINING (while a task is in it) ----&gt; STOPPED
 * </pre>
 */
public sealed interface SlotState {

    Name name();

    /** The task that is in the slot; null when there is none. */
    default @Nullable UUID taskId() {
        return null;
    }

    /** Returns whether the slot can take a task, now or later. */
    default boolean takesTasks() {
        return switch (this) {
            case Draining _, Stopped _ -> false;
            case Starting _, Idle _, Busy _, Restarting _, Refreshing _, Failed _ -> true;
        };
    }

    /** A process is ready for the next task. */
    default SlotState ready(Instant now) {
        return switch (this) {
            case Starting _, Restarting _, Refreshing _, Failed _ -> new Idle(now);
            case Idle _, Busy _, Draining _, Stopped _ -> this;
        };
    }

    /** A process did not start. */
    default SlotState startFailed(Failure failure) {
        return switch (this) {
            case Starting _, Restarting _, Refreshing _, Idle _, Failed _ -> new Failed(failure);
            case Busy _, Draining _, Stopped _ -> this;
        };
    }

    /** A task takes the slot. */
    default SlotState taken(UUID taskId) {
        return this instanceof Idle ? new Busy(taskId) : this;
    }

    /** The task has left the slot; {@code vacant} gives the state of the slot that goes on. */
    default SlotState released(Supplier<SlotState> vacant) {
        return switch (this) {
            case Busy _ -> vacant.get();
            case Draining _ -> new Stopped();
            case Starting _, Idle _, Restarting _, Refreshing _, Failed _, Stopped _ -> this;
        };
    }

    /** The slot takes no more tasks. */
    default SlotState drained() {
        return switch (this) {
            case Busy(UUID taskId) -> new Draining(taskId);
            case Draining _ -> this;
            case Starting _, Idle _, Restarting _, Refreshing _, Failed _, Stopped _ -> new Stopped();
        };
    }

    /** Its first process is being started. */
    record Starting() implements SlotState {
        @Override
        public Name name() {
            return Name.STARTING;
        }
    }

    /** A process is ready for the next task. */
    record Idle(Instant since) implements SlotState {

        @Override
        public Name name() {
            return Name.IDLE;
        }
    }

    /** A task is in it. */
    record Busy(UUID taskId) implements SlotState {
        @Override
        public Name name() {
            return Name.BUSY;
        }
    }

    /** A new process is being started. */
    record Restarting() implements SlotState {
        @Override
        public Name name() {
            return Name.RESTARTING;
        }
    }

    /** The process is being replaced by one with other settings or another context. */
    record Refreshing() implements SlotState {
        @Override
        public Name name() {
            return Name.REFRESHING;
        }
    }

    /** The last start failed; the next is tried later. */
    record Failed(Failure failure) implements SlotState {
        @Override
        public Name name() {
            return Name.FAILED;
        }
    }

    /** The slot takes no more tasks, but one is still in it. */
    record Draining(UUID taskId) implements SlotState {
        @Override
        public Name name() {
            return Name.DRAINING;
        }
    }

    /** The slot has ended. */
    record Stopped() implements SlotState {
        @Override
        public Name name() {
            return Name.STOPPED;
        }
    }

    /** The names of the states. */
    @Schema(enumAsRef = true, name = "SlotState")
    enum Name {
        STARTING,
        IDLE,
        BUSY,
        RESTARTING,
        REFRESHING,
        FAILED,
        DRAINING,
        STOPPED
    }
}
