package dev.claudepool.fanout;

import dev.claudepool.flow.FlowPhase;
import dev.claudepool.flow.FlowState;
import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import dev.claudepool.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code fan_out}. */
@Component
class FanOutStore {

    static final String ENDED_BEFORE =
            "select id from fan_out where finished_at < :before order by finished_at limit :limit offset :skip";

    private final JdbcClient jdbc;
    private final RowReader reader = new RowReader("fan_out");
    private final JsonMapper json;

    FanOutStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = StoredJson.mapper(json);
    }

    void insert(FanOut fanOut) {
        jdbc.sql("""
                        insert into fan_out (id, state, created_at, deadline, queued, retry_of, options)
                        values (:id, :state, :created, :deadline, :queued, :retryOf, :options)""")
                .param("id", fanOut.id().toString())
                .param("state", fanOut.state().name())
                .param("created", fanOut.createdAt().toEpochMilli())
                .param("deadline", Columns.millis(fanOut.deadline()))
                .param("queued", fanOut.counts().queued())
                .param("retryOf", Columns.text(fanOut.retryOf()))
                .param("options", json.writeValueAsString(fanOut.options()))
                .update();
    }

    /** Returns the states of those of these that exist. */
    Map<UUID, FlowState> states(Collection<UUID> ids) {
        Map<UUID, FlowState> states = new HashMap<>();
        jdbc.sql("select id, state from fan_out where id in (:ids)")
                .param("ids", ids.stream().map(UUID::toString).toList())
                .query(row -> {
                    states.put(Columns.id(row, "id"), FlowState.valueOf(row.getString("state")));
                });
        return states;
    }

    Optional<FanOut> find(UUID id) {
        return jdbc.sql("select * from fan_out where id = :id")
                .param("id", id.toString())
                .query((row, _) -> read(row))
                .optional();
    }

    /** Fan-outs with ids below {@code before}, youngest first. */
    List<FanOut> list(@Nullable FlowState state, @Nullable UUID before, int limit) {
        return jdbc.sql(listing(state, before))
                .param("state", Columns.name(state))
                .param("before", Columns.text(before))
                .param("limit", limit)
                .query((row, _) -> read(row))
                .list();
    }

    static String listing(@Nullable FlowState state, @Nullable UUID before) {
        return "select * from fan_out where true"
                + (state == null ? "" : " and state = :state")
                + (before == null ? "" : " and id < :before")
                + " order by id desc limit :limit";
    }

    /** Returns those that have not ended and have a deadline, or are being stopped. */
    List<FanOut> toWatch() {
        return jdbc.sql("select * from fan_out where state = 'RUNNING' and (deadline is not null or stop is not null)")
                .query((row, _) -> read(row))
                .list();
    }

    /** The fan-outs that ended before {@code before}, but the first {@code skip}. */
    List<UUID> endedBefore(Instant before, int limit, int skip) {
        return jdbc.sql(ENDED_BEFORE)
                .param("before", before.toEpochMilli())
                .param("limit", limit)
                .param("skip", skip)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    void replace(FanOut fanOut) {
        ElementCounts counts = fanOut.counts();
        jdbc.sql("""
                        update fan_out set state = :state, stop = :stop, deadline = :deadline, finished_at = :finished, queued = :queued,
                          running = :running, succeeded = :succeeded, failed = :failed, cancelled = :cancelled
                        where id = :id""")
                .param("state", fanOut.state().name())
                .param("stop", Columns.name(fanOut.phase().stop()))
                .param("deadline", Columns.millis(fanOut.deadline()))
                .param("finished", Columns.millis(fanOut.phase().finishedAt()))
                .param("queued", counts.queued())
                .param("running", counts.running())
                .param("succeeded", counts.succeeded())
                .param("failed", counts.failed())
                .param("cancelled", counts.cancelled())
                .param("id", fanOut.id().toString())
                .update();
    }

    void delete(UUID id) {
        jdbc.sql("delete from fan_out where id = :id")
                .param("id", id.toString())
                .update();
    }

    private FanOut read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        FanOutSpec.Options options = reader.read(
                        id, () -> json.readValue(row.getString("options"), FanOutSpec.Options.class))
                .orElse(FanOutSpec.Options.UNREADABLE);
        return new FanOut(
                UUID.fromString(id),
                options,
                Columns.nullableId(row, "retry_of"),
                Columns.instant(row, "created_at"),
                Columns.nullableInstant(row, "deadline"),
                FlowPhase.read(row, false, reader, id),
                new ElementCounts(
                        row.getInt("queued"),
                        row.getInt("running"),
                        row.getInt("succeeded"),
                        row.getInt("failed"),
                        row.getInt("cancelled")));
    }
}
