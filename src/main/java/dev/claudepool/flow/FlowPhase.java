package dev.claudepool.flow;

import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a chain or fan-out has come. Every method that returns a phase is a transition; where the phase has no such
 * transition, it returns itself.
 *
 * <pre>
 *   held ---begun---&gt; running ---stopped---&gt; stopping ---ended---&gt; ended
 *     |                  `------------------ended------------------^ |
 *     `---stopped---&gt; stopping                  running &lt;--resumed---'
 * </pre>
 */
public sealed interface FlowPhase {

    /** The fan-out of a chain holds it back. */
    record Held() implements FlowPhase {}

    /** Its tasks run, or are queued. */
    record Running() implements FlowPhase {}

    /**
     * The flow begins no more tasks, and waits for the running ones.
     *
     * @param held whether it was stopped while it was held
     */
    record Stopping(FlowStopReason reason, boolean held) implements FlowPhase {}

    /**
     * Nothing is left to be done.
     *
     * @param at by the wall clock
     * @param stop why it was stopped; null when nothing stopped it
     */
    record Ended(Instant at, @Nullable FlowStopReason stop) implements FlowPhase {}

    /** Its fan-out lets it begin. */
    default FlowPhase begun() {
        return this instanceof Held ? new Running() : this;
    }

    /** Stops it: it begins no more tasks. */
    default FlowPhase stopped(FlowStopReason reason) {
        return switch (this) {
            case Held _ -> new Stopping(reason, true);
            case Running _ -> new Stopping(reason, false);
            case Stopping _, Ended _ -> this;
        };
    }

    /** All of its tasks have ended. */
    default FlowPhase ended(Instant now) {
        return switch (this) {
            case Held _, Running _ -> new Ended(now, null);
            case Stopping(FlowStopReason reason, boolean _) -> new Ended(now, reason);
            case Ended _ -> this;
        };
    }

    /** An element of a fan-out that has ended is retried. */
    default FlowPhase resumed() {
        return this instanceof Ended ? new Running() : this;
    }

    /** Returns whether {@link #stopped} is a transition. */
    default boolean isStoppable() {
        return this instanceof Held || this instanceof Running;
    }

    default boolean isFinal() {
        return this instanceof Ended;
    }

    default boolean isHeld() {
        return switch (this) {
            case Held _ -> true;
            case Stopping(FlowStopReason _, boolean held) -> held;
            case Running _, Ended _ -> false;
        };
    }

    /** Returns why it is being stopped, or was; null when nothing stopped it. */
    default @Nullable FlowStopReason stop() {
        return switch (this) {
            case Held _, Running _ -> null;
            case Stopping(FlowStopReason reason, boolean _) -> reason;
            case Ended(Instant _, FlowStopReason stop) -> stop;
        };
    }

    /** Returns when it ended; null while it has not. */
    default @Nullable Instant finishedAt() {
        return this instanceof Ended(Instant at, FlowStopReason _) ? at : null;
    }

    /** Reads the phase from the columns {@code stop} and {@code finished_at} of a row. */
    static FlowPhase read(ResultSet row, boolean held, RowReader reader, String id) throws SQLException {
        FlowStopReason stop = readStop(row, reader, id);
        Instant finishedAt = Columns.nullableInstant(row, "finished_at");
        if (finishedAt != null) {
            return new Ended(finishedAt, stop);
        }
        if (stop != null) {
            return new Stopping(stop, held);
        }
        return held ? new Held() : new Running();
    }

    private static @Nullable FlowStopReason readStop(ResultSet row, RowReader reader, String id) throws SQLException {
        String stop = row.getString("stop");
        return stop == null
                ? null
                : reader.read(id, () -> FlowStopReason.valueOf(stop)).orElse(FlowStopReason.CANCELLED);
    }
}
