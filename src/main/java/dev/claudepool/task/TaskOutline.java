package dev.claudepool.task;

import dev.claudepool.budget.Money;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task without what may be long: its answer, and all of its spec but the tags, the limit of its cost and the
 * beginning of the prompt.
 */
record TaskOutline(
        UUID id,
        TaskState.Name state,
        TaskState.@Nullable Queued queued,
        TaskSpec spec,
        int priority,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int attempts,
        @Nullable String slotId,
        @Nullable UUID sessionId,
        Money spent,
        @Nullable TaskError error,
        Origin origin) {

    /** Longer specs are not read as a whole. SQLite looks up the length without reading the text. */
    private static final int LONG_SPEC = 16 * 1024;

    /** The columns that it is read from, of the table {@code t}. */
    static final String COLUMNS = """
            t.id, t.state, t.priority, t.created_at, t.not_before, t.started_at, t.finished_at, t.attempts, t.slot_id,
            t.session_id, t.resumable, t.held, t.spend_nanos, t.error, t.chain_id, t.chain_step, t.fan_out_id,
            case when octet_length(t.spec) <= %d or not json_valid(t.spec) then t.spec else json_object(
              'prompt', substr(t.spec ->> 'prompt', 1, %d), 'tags', t.spec -> 'tags',
              'maxBudgetUsd', t.spec -> 'maxBudgetUsd') end as spec""".formatted(LONG_SPEC, TaskSummary.LONGEST_PROMPT);

    @Override
    public String toString() {
        return "TaskOutline[" + id + " " + state + "]";
    }
}
