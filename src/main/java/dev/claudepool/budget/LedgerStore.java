package dev.claudepool.budget;

import dev.claudepool.budget.LedgerEntry.Kind;
import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import dev.claudepool.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table {@code ledger}, to which rows are only ever added; those about running costs are deleted once the attempt
 * is settled.
 */
@Component
class LedgerStore {

    private final JdbcClient jdbc;
    private final RowReader reader = new RowReader("ledger");
    private final JsonMapper json;

    LedgerStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = StoredJson.mapper(json);
    }

    /**
     * @throws org.springframework.dao.DataAccessException when money was reserved, or settled, for this attempt before
     */
    void append(LedgerEntry entry) {
        append(entry, null);
    }

    /** Appends an entry under a key by which it can be recognized. */
    void append(LedgerEntry entry, @Nullable UUID key) {
        UUID task = entry.taskId();
        Money cap = entry.capUsd();
        jdbc.sql("""
                        insert into ledger (at, kind, task_id, attempt, slot_id, reserved_nanos, spent_nanos, cap_nanos,
                          usd_nanos, estimated, tokens_input, tokens_output, tokens_cache_read, tokens_cache_write,
                          models, once_key)
                        values (:at, :kind, :task, :attempt, :slot, :reserved, :spent, :cap,
                          :usd, :estimated, :input, :output, :cacheRead, :cacheWrite, :models, :key)""")
                .param("at", entry.at().toEpochMilli())
                .param("kind", entry.kind().name())
                .param("task", Columns.text(task))
                .param("attempt", entry.attempt())
                .param("slot", entry.slotId())
                .param("reserved", entry.reservedUsd().nanos())
                .param("spent", entry.spentUsd().nanos())
                .param("cap", cap == null ? null : cap.nanos())
                .param("usd", entry.costUsd().nanos())
                .param("estimated", entry.estimated())
                .param("input", entry.tokens().input())
                .param("output", entry.tokens().output())
                .param("cacheRead", entry.tokens().cacheRead())
                .param("cacheWrite", entry.tokens().cacheWrite())
                .param("models", ModelSpends.print(json, entry.models()))
                .param("key", Columns.text(key))
                .update();
    }

    boolean has(UUID key) {
        return jdbc.sql("select count(*) from ledger where once_key = :key")
                        .param("key", key.toString())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** Returns the latest entry of this kind about the attempt. */
    Optional<LedgerEntry> last(AttemptId attempt, Kind kind) {
        return jdbc.sql("""
                        select * from ledger where task_id = :task and attempt = :attempt and kind = :kind
                        order by seq desc limit 1""")
                .param("task", attempt.taskId().toString())
                .param("attempt", attempt.epoch())
                .param("kind", kind.name())
                .query((row, _) -> read(row))
                .optional();
    }

    /** Deletes the entries about the running cost of the attempt. */
    void deleteRunning(AttemptId attempt) {
        jdbc.sql("delete from ledger where task_id = :task and attempt = :attempt and kind = 'RUNNING'")
                .param("task", attempt.taskId().toString())
                .param("attempt", attempt.epoch())
                .update();
    }

    /** Returns what was spent at or after {@code since}. */
    Money spentSince(Instant since) {
        return Money.ofNanos(
                jdbc.sql("select coalesce(sum(spent_nanos), 0) from ledger where spent_nanos <> 0 and at >= :since")
                        .param("since", since.toEpochMilli())
                        .query(Long.class)
                        .single());
    }

    /** Entries with numbers below {@code before}, youngest first; of one task, or of all. */
    List<LedgerEntry> before(long before, @Nullable UUID task, int limit) {
        return jdbc.sql("select * from ledger where seq < :before"
                        + (task == null ? "" : " and task_id = :task")
                        + " order by seq desc limit :limit")
                .param("before", before)
                .param("task", Columns.text(task))
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    /** Entries with numbers above {@code after}, oldest first. */
    List<LedgerEntry> after(long after, int limit) {
        return jdbc.sql("select * from ledger where seq > :after order by seq limit :limit")
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    private LedgerEntry read(ResultSet row) throws SQLException {
        String seq = row.getString("seq");
        return new LedgerEntry(
                row.getLong("seq"),
                Columns.instant(row, "at"),
                reader.read(seq, () -> Kind.valueOf(row.getString("kind"))).orElse(Kind.OTHER),
                reader.nullableId(row, seq, "task_id"),
                Columns.nullableInt(row, "attempt"),
                row.getString("slot_id"),
                Money.ofNanos(row.getLong("reserved_nanos")),
                Money.ofNanos(row.getLong("spent_nanos")),
                Money.ofNullableNanos(Columns.nullableLong(row, "cap_nanos")),
                Money.ofNanos(row.getLong("usd_nanos")),
                row.getBoolean("estimated"),
                Tokens.read(row),
                reader.read(seq, () -> ModelSpends.parse(json, row.getString("models")))
                        .orElse(Map.of()));
    }
}
