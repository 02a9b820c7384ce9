package dev.claudepool.flow;

import dev.claudepool.budget.Money;
import dev.claudepool.store.Columns;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tasks of chains and fan-outs in the table {@code task}. */
@Component
public class FlowTaskStore {

    /** Found in the partial index {@code task_fan_out_element} alone. */
    static final String ELEMENTS = "select id from task where fan_out_id = :fanOut and chain_id is null order by id";

    /** Found in the index {@code task_fan_out} alone. */
    static final String ENDED =
            "select id from task where fan_out_id = :fanOut and state in ('SUCCEEDED', 'FAILED', 'CANCELLED')";

    private static final String FAILED_ELEMENTS =
            " from task where fan_out_id = :fanOut and chain_id is null and state in ('FAILED', 'CANCELLED')";

    private final JdbcClient jdbc;

    FlowTaskStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns what all tasks of each step of these chains have cost, by the chain and the position of the step. */
    Map<UUID, Map<Integer, Money>> spentBySteps(Collection<UUID> chains) {
        Map<UUID, Map<Integer, Money>> spent = new HashMap<>();
        jdbc.sql("""
                        select chain_id, chain_step, sum(spend_nanos) as nanos from task
                        where chain_id in (:chains) group by chain_id, chain_step""")
                .param("chains", chains.stream().map(UUID::toString).toList())
                .query(row -> {
                    spent.computeIfAbsent(Columns.id(row, "chain_id"), _ -> new HashMap<>())
                            .put(row.getInt("chain_step"), Money.ofNanos(row.getLong("nanos")));
                });
        return spent;
    }

    /** The tasks that are elements of a fan-out, oldest first. */
    List<UUID> ofFanOut(UUID fanOutId) {
        return ids(ELEMENTS, fanOutId);
    }

    /** The elements of a fan-out that failed or were cancelled, oldest first. */
    List<UUID> failedOf(UUID fanOutId) {
        return ids("select id" + FAILED_ELEMENTS + " order by id", fanOutId);
    }

    /** Returns how many bytes was asked for with these. */
    long failedBytes(UUID fanOutId) {
        return jdbc.sql("select coalesce(sum(octet_length(spec)), 0)" + FAILED_ELEMENTS)
                .param("fanOut", fanOutId.toString())
                .query(Long.class)
                .single();
    }

    /** The tasks of a fan-out and of its chains that have ended, in any order. */
    List<UUID> endedOfFanOut(UUID fanOutId) {
        return ids(ENDED, fanOutId);
    }

    private List<UUID> ids(String sql, UUID fanOutId) {
        return jdbc.sql(sql)
                .param("fanOut", fanOutId.toString())
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** Returns some tasks of a fan-out that have not ended and are not being cancelled. */
    List<UUID> cancellable(UUID fanOutId, int limit) {
        return jdbc.sql("""
                        select id from task where fan_out_id = :fanOut and chain_id is null
                          and state in ('QUEUED', 'RUNNING') and not cancel_requested
                        limit :limit""")
                .param("fanOut", fanOutId.toString())
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** Returns those of these chains or fan-outs in whose tasks' sessions something that has not ended is to go on. */
    Set<UUID> followed(Collection<UUID> flows) {
        if (flows.isEmpty()) {
            return Set.of();
        }
        Set<UUID> followed = new HashSet<>();
        for (String column : List.of("chain_id", "fan_out_id")) {
            followed.addAll(jdbc.sql(
                            "select distinct t." + column + " as flow from task t where t." + column
                                    + " in (:flows) and (exists (select 1 from task f where f.follows = t.id"
                                    + " and f.finished_at is null) or exists (select 1 from kept_task k where k.task_id = t.id))")
                    .param("flows", flows.stream().map(UUID::toString).toList())
                    .query((row, _) -> Columns.id(row, "flow"))
                    .list());
        }
        return followed;
    }

    /** Returns some tasks of a chain or fan-out. */
    List<UUID> someOf(UUID flow, int limit) {
        return jdbc.sql("""
                        select id from (
                          select id from task where chain_id = :flow union select id from task where fan_out_id = :flow) made
                        limit :limit""")
                .param("flow", flow.toString())
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }
}
