package dev.claudepool.task;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The tasks of chains and fan-outs in the table {@code task}. */
@Component
class FlowTaskStore {

    private final JdbcClient jdbc;
    private final TaskRows rows;

    FlowTaskStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.rows = new TaskRows(json);
    }

    /** All tasks of all steps, oldest first. */
    List<Task> ofChain(UUID chainId) {
        return jdbc.sql("select * from task where chain_id = :chain order by id")
                .param("chain", chainId.toString())
                .query((row, _) -> rows.read(row))
                .list();
    }

    /** All tasks of the fan-out and of its chains, oldest first. */
    List<Task> ofFanOut(UUID fanOutId, Map<UUID, Task> known) {
        return ofFanOut(fanOutId, known, "");
    }

    /** Those of them that have ended. */
    List<Task> endedOfFanOut(UUID fanOutId, Map<UUID, Task> known) {
        return ofFanOut(fanOutId, known, "and finished_at is not null");
    }

    /** What is known is not read again, which is most of the work. */
    private List<Task> ofFanOut(UUID fanOutId, Map<UUID, Task> known, String condition) {
        return jdbc.sql("select * from task where fan_out_id = :fanOut " + condition + " order by id")
                .param("fanOut", fanOutId.toString())
                .query((row, _) -> {
                    Task task = known.get(UUID.fromString(row.getString("id")));
                    return task == null ? rows.read(row) : task;
                })
                .list();
    }

    /** Some of the tasks of a fan-out that have not ended, but those that are being cancelled. */
    List<UUID> cancellable(UUID fanOutId, int limit) {
        return jdbc.sql("""
                        select id from task where fan_out_id = :fanOut and chain_id is null
                          and state in ('QUEUED', 'RUNNING') and cancel_requested = 0
                        limit :limit""")
                .param("fanOut", fanOutId.toString())
                .param("limit", limit)
                .query((row, _) -> UUID.fromString(row.getString("id")))
                .list();
    }

    /** Holds the queued tasks of a chain or fan-out back that nothing else does. */
    void awaitMoney(UUID flow) {
        hold(Hold.BUDGET, flow, "and held is null");
    }

    /** Holds all queued tasks of a fan-out back. */
    void holdAll(UUID fanOutId) {
        hold(Hold.FAN_OUT, fanOutId, "");
    }

    private void hold(Hold hold, UUID flow, String condition) {
        for (String column : List.of("chain_id", "fan_out_id")) {
            jdbc.sql("update task set held = :hold where " + column + " = :flow and state = 'QUEUED' " + condition)
                    .param("hold", hold.name())
                    .param("flow", flow.toString())
                    .update();
        }
    }

    /** Lets those go that waited for the money of a chain or fan-out. */
    void releaseToMoney(UUID flow) {
        for (String column : List.of("chain_id", "fan_out_id")) {
            jdbc.sql("update task set held = null where " + column
                            + " = :flow and state = 'QUEUED' and held = 'BUDGET'")
                    .param("flow", flow.toString())
                    .update();
        }
    }

    /** Lets the first task go that a fan-out holds back, if there is one. */
    void releaseNext(UUID fanOutId) {
        jdbc.sql("""
                        update task set held = null where id = (
                          select min(id) from task where fan_out_id = :fanOut and state = 'QUEUED' and held = 'FAN_OUT')""").param("fanOut", fanOutId.toString()).update();
    }

    /** Whether an unfinished task goes on in the conversation of one of the tasks of the chain or fan-out. */
    boolean isFollowed(UUID flow) {
        return jdbc.sql("""
                        select 1 from task t join task f on f.follows = t.id
                        where (t.chain_id = :flow or t.fan_out_id = :flow) and f.finished_at is null limit 1""")
                .param("flow", flow.toString())
                .query((row, _) -> row.getInt(1))
                .optional()
                .isPresent();
    }

    /** Some of the tasks of a chain or fan-out. */
    List<UUID> someOf(UUID flow, int limit) {
        return jdbc.sql("""
                        select id from (
                          select id from task where chain_id = :flow union select id from task where fan_out_id = :flow)
                        limit :limit""")
                .param("flow", flow.toString())
                .param("limit", limit)
                .query((row, _) -> UUID.fromString(row.getString("id")))
                .list();
    }
}
