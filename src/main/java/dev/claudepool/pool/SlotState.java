package dev.claudepool.pool;

import dev.claudepool.claude.Failure;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a slot stands.
 *
 * <pre>
 *               ready            reserved
 *   STARTING ----------&gt; IDLE &lt;-----------&gt; BUSY
 *      |                  ^  |     freed     |
 *      |            ready |  | died          | freed without a process ready
 *      |                  |  v               v
 *      +-- failed --&gt; FAILED &lt;-------- RESTARTING
 *
 *   any ----&gt; DRAINING (while a task is in it) ----&gt; STOPPED
 * </pre>
 */
sealed interface SlotState {

    Name name();

    /** The task that is in it; null when there is none. */
    default @Nullable UUID taskId() {
        return null;
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
        Busy reserved(UUID taskId) {
            return new Busy(taskId);
        }

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

    /** The last start failed; the next is tried later. */
    record Failed(Failure failure) implements SlotState {
        @Override
        public Name name() {
            return Name.FAILED;
        }
    }

    /** It takes no more tasks, but one is still in it. */
    record Draining(UUID taskId) implements SlotState {
        @Override
        public Name name() {
            return Name.DRAINING;
        }
    }

    /** It has ended. */
    record Stopped() implements SlotState {
        @Override
        public Name name() {
            return Name.STOPPED;
        }
    }

    /** The names of the states. */
    enum Name {
        STARTING,
        IDLE,
        BUSY,
        RESTARTING,
        FAILED,
        DRAINING,
        STOPPED
    }
}
