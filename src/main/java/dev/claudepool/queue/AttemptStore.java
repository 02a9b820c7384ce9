package dev.claudepool.queue;

import dev.claudepool.budget.AttemptId;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.store.Columns;
import dev.claudepool.task.Task;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code attempt}: a row for each claim, which goes with its task. It is written in the transactions that
 * claim and settle.
 */
@Component
public class AttemptStore {

    static final String OF_TASK =
            "select * from attempt where task_id = :task and number > :after order by number limit :limit";

    private final JdbcClient jdbc;

    AttemptStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds the present attempt of a task, which has just been claimed. */
    void begin(Task queued, Task claimed, Instant now) {
        AttemptId id = claimed.attemptId();
        AttemptCause cause = id.epoch() == 1
                ? AttemptCause.FIRST
                : AttemptCause.of(
                        queued.requireQueued(),
                        outcome(id.taskId(), id.epoch() - 1).orElse(null));
        jdbc.sql("""
                        insert into attempt (task_id, number, cause, slot_id, session_id, model, started_at)
                        values (:task, :number, :cause, :slot, :session, :model, :now)""")
                .param("task", id.taskId().toString())
                .param("number", id.epoch())
                .param("cause", cause.name())
                .param("slot", Objects.requireNonNull(claimed.slotId()))
                .param("session", Columns.text(claimed.sessionId()))
                .param("model", Columns.searchable(claimed.spec().config().model()))
                .param("now", now.toEpochMilli())
                .update();
    }

    private Optional<AttemptOutcome> outcome(UUID task, int number) {
        return jdbc.sql(
                        "select outcome from attempt where task_id = :task and number = :number and outcome is not null")
                .param("task", task.toString())
                .param("number", number)
                .query((row, _) -> AttemptOutcome.valueOf(row.getString("outcome")))
                .optional();
    }

    /** An attempt goes on in another session than the one it was begun in. */
    void move(AttemptId id, UUID session) {
        jdbc.sql("update attempt set session_id = :session where task_id = :task and number = :number")
                .param("session", session.toString())
                .param("task", id.taskId().toString())
                .param("number", id.epoch())
                .update();
    }

    /** Ends an attempt, and returns it; empty when an older version has begun it. */
    Optional<TaskAttempt> finish(AttemptId id, AttemptEnd end, Spend spend, Instant now) {
        return jdbc.sql("""
                        update attempt set finished_at = :now, outcome = :outcome, code = :code, model = coalesce(:model, model),
                          spend_nanos = :spend, spend_estimated = :estimated, tokens_input = :input, tokens_output = :output,
                          tokens_cache_read = :cacheRead, tokens_cache_write = :cacheWrite
                        where task_id = :task and number = :number returning *""")
                .param("now", now.toEpochMilli())
                .param("outcome", end.outcome().name())
                .param("code", end.code())
                .param("model", Columns.searchable(end.model()))
                .param("spend", spend.usd().nanos())
                .param("estimated", spend.estimated())
                .param("input", spend.tokens().input())
                .param("output", spend.tokens().output())
                .param("cacheRead", spend.tokens().cacheRead())
                .param("cacheWrite", spend.tokens().cacheWrite())
                .param("task", id.taskId().toString())
                .param("number", id.epoch())
                .query((row, _) -> read(row))
                .optional();
    }

    /** Returns the attempts at a task with numbers above {@code after}, in their order. */
    public List<TaskAttempt> ofTask(UUID task, long after, int limit) {
        return jdbc.sql(OF_TASK)
                .param("task", task.toString())
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    private static TaskAttempt read(ResultSet row) throws SQLException {
        return new TaskAttempt(
                row.getInt("number"),
                AttemptCause.valueOf(row.getString("cause")),
                row.getString("slot_id"),
                Columns.id(row, "session_id"),
                row.getString("model"),
                Columns.instant(row, "started_at"),
                Columns.nullableInstant(row, "finished_at"),
                outcome(row.getString("outcome")),
                row.getString("code"),
                Money.ofNanos(row.getLong("spend_nanos")),
                row.getBoolean("spend_estimated"),
                Tokens.read(row));
    }

    private static @Nullable AttemptOutcome outcome(@Nullable String name) {
        return name == null ? null : AttemptOutcome.valueOf(name);
    }
}
