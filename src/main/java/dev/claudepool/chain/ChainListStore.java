package dev.claudepool.chain;

import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.store.Columns;
import dev.claudepool.store.Dialect;
import dev.claudepool.store.RowReader;
import dev.claudepool.store.StoredJson;
import dev.claudepool.task.Sizes;
import dev.claudepool.task.TaskError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Lists of chains, youngest first, read from the tables {@code chain} and {@code chain_step}. */
@Component
class ChainListStore {

    private final JdbcClient jdbc;
    private final RowReader reader = new RowReader("chain");
    private final JsonMapper json;
    private final String outline;

    ChainListStore(JdbcClient jdbc, Dialect dialect, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = StoredJson.mapper(json);
        this.outline = ChainOutline.columns(dialect);
    }

    /** Chains with ids below {@code before}. */
    List<ChainOutline> outlines(@Nullable FlowState state, @Nullable UUID before, int limit) {
        List<ChainOutline> found = listing(state, before, limit, outline)
                .query((row, _) -> outline(row))
                .list();
        if (found.isEmpty()) {
            return found;
        }
        List<String> ids = found.stream().map(chain -> chain.id().toString()).toList();
        Map<String, Map<StepState.Name, Integer>> counts = counts(ids);
        Map<String, TaskError> failures = failures(ids);
        return found.stream()
                .map(chain -> {
                    String id = chain.id().toString();
                    return chain.with(counts.getOrDefault(id, Map.of()), failures.getOrDefault(id, chain.failure()));
                })
                .toList();
    }

    /** The ids of these chains, and how many bytes each of them has with the outputs of its tasks. */
    Sizes sizes(@Nullable FlowState state, @Nullable UUID before, int limit) {
        SequencedMap<UUID, Long> sizes = new LinkedHashMap<>();
        listing(state, before, limit, """
                        id, octet_length(spec)
                          + (select coalesce(sum(octet_length(vars)), 0) from chain_step s where s.chain_id = chain.id)
                          + (select coalesce(sum(octet_length(result)), 0) from task t where t.chain_id = chain.id) as bytes""").query(row -> {
            sizes.put(Columns.id(row, "id"), row.getLong("bytes"));
        });
        return new Sizes(List.copyOf(sizes.keySet()), sizes);
    }

    private JdbcClient.StatementSpec listing(
            @Nullable FlowState state, @Nullable UUID before, int limit, String columns) {
        return jdbc.sql(listing(state, before, columns))
                .param("state", Columns.name(state))
                .param("before", Columns.text(before))
                .param("limit", limit);
    }

    static String listing(@Nullable FlowState state, @Nullable UUID before, String columns) {
        return "select " + columns + " from chain where true"
                + (state == null ? "" : " and state = :state")
                + (before == null ? "" : " and id < :before")
                + " order by id desc limit :limit";
    }

    private Map<String, Map<StepState.Name, Integer>> counts(Collection<String> chains) {
        Map<String, Map<StepState.Name, Integer>> counts = new HashMap<>();
        jdbc.sql("""
                        select chain_id, state, count(*) as steps from chain_step
                        where chain_id in (:chains) group by chain_id, state""").param("chains", chains).query(row -> {
            counts.computeIfAbsent(row.getString("chain_id"), _ -> new EnumMap<>(StepState.Name.class))
                    .put(StepState.Name.valueOf(row.getString("state")), row.getInt("steps"));
        });
        return counts;
    }

    private Map<String, TaskError> failures(Collection<String> chains) {
        Map<String, TaskError> failures = new HashMap<>();
        jdbc.sql("""
                        select chain_id, error from chain_step s
                        where chain_id in (:chains) and state = 'FAILED' and position = (
                          select min(position) from chain_step f where f.chain_id = s.chain_id and f.state = 'FAILED')""").param("chains", chains).query(row -> {
            String chain = row.getString("chain_id");
            failures.put(
                    chain,
                    reader.read(chain, () -> json.readValue(row.getString("error"), TaskError.class))
                            .orElseGet(TaskError::unreadable));
        });
        return failures;
    }

    private ChainOutline outline(ResultSet row) throws SQLException {
        String id = row.getString("id");
        ChainSpec spec = reader.read(id, () -> json.readValue(row.getString("spec"), ChainSpec.class))
                .orElse(ChainSpec.UNREADABLE);
        String stop = row.getString("stop");
        return new ChainOutline(
                UUID.fromString(id),
                spec.labels(),
                FlowState.valueOf(row.getString("state")),
                stop == null
                        ? null
                        : reader.read(id, () -> FlowStopReason.valueOf(stop)).orElse(FlowStopReason.CANCELLED),
                Columns.instant(row, "created_at"),
                Columns.nullableInstant(row, "finished_at"),
                Columns.nullableId(row, "fan_out_id"),
                Map.of(),
                spec.equals(ChainSpec.UNREADABLE) ? TaskError.unreadable() : null);
    }
}
