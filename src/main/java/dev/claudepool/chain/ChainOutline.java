package dev.claudepool.chain;

import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.store.Dialect;
import dev.claudepool.store.Dialect.Member;
import dev.claudepool.task.Labels;
import dev.claudepool.task.TaskError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chain without what may be long: its steps, of which only the states are counted.
 *
 * @param failure why the first step has failed that did
 */
record ChainOutline(
        UUID id,
        Labels labels,
        FlowState state,
        @Nullable FlowStopReason stop,
        Instant createdAt,
        @Nullable Instant finishedAt,
        @Nullable UUID fanOutId,
        Map<StepState.Name, Integer> steps,
        @Nullable TaskError failure) {

    /** Longer specs are not read as a whole. */
    private static final int LONG_SPEC = 16 * 1024;

    /** The columns that it is read from, of the table {@code chain}, but those of its steps. */
    static String columns(Dialect dialect) {
        return "id, state, stop, created_at, finished_at, fan_out_id, "
                + dialect.excerpt(
                        "spec",
                        LONG_SPEC,
                        List.of(Member.whole("name"), Member.whole("tags"), Member.whole("metadata")))
                + " as spec";
    }

    ChainOutline with(Map<StepState.Name, Integer> counted, @Nullable TaskError firstFailure) {
        return new ChainOutline(id, labels, state, stop, createdAt, finishedAt, fanOutId, counted, firstFailure);
    }
}
