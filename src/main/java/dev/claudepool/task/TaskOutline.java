package dev.claudepool.task;

import dev.claudepool.budget.Money;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.store.Dialect;
import dev.claudepool.store.Dialect.Member;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task without what may be long: its answer, and all of its spec but the labels, the slot and the role that it asks
 * for, the limit of its cost and the beginning of the prompt.
 */
public record TaskOutline(
        UUID id,
        TaskState.Name state,
        TaskState.@Nullable Queued queued,
        boolean cancelling,
        TaskSpec spec,
        int priority,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int attempts,
        @Nullable String slotId,
        @Nullable UUID sessionId,
        @Nullable UUID follows,
        Money spent,
        @Nullable TaskError error,
        Origin origin) {

    /** The longest excerpt, in characters. */
    public static final int LONGEST_PROMPT = 200;

    /** Longer specs are not read as a whole. */
    private static final int LONG_SPEC = 16 * 1024;

    /** The columns that it is read from, of the table {@code t}. */
    public static String columns(Dialect dialect) {
        String spec = dialect.excerpt(
                "t.spec",
                LONG_SPEC,
                List.of(
                        Member.cut("prompt", LONGEST_PROMPT),
                        Member.whole("name"),
                        Member.whole("tags"),
                        Member.whole("metadata"),
                        Member.whole("slot"),
                        Member.whole("role"),
                        Member.whole("maxBudgetUsd")));
        return """
                t.id, t.state, t.priority, t.created_at, t.not_before, t.started_at, t.finished_at, t.attempts, t.slot_id,
                t.session_id, t.follows, t.resumable,
                case when t.state = 'QUEUED' then t.queued_at end as queued_at, t.cancel_requested, t.held, t.spend_nanos, t.error, t.chain_id, t.chain_step, t.fan_out_id, t.retry_of,
                %s as spec""".formatted(spec);
    }

    /** The subject of the task's events. */
    public Subject subject() {
        return new Subject(
                id, origin.chainId(), origin.fanOutId(), slotId, spec.labels().tags());
    }

    @Override
    public String toString() {
        return "TaskOutline[" + id + " " + state + "]";
    }
}
