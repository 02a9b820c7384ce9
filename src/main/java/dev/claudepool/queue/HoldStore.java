package dev.claudepool.queue;

import dev.claudepool.task.HoldReason;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Holds queued tasks back, and releases them: the column {@code held} of the table {@code task}. */
@Component
public class HoldStore {

    private final JdbcClient jdbc;

    HoldStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Holds the queued tasks of a chain or fan-out back that nothing else does. */
    public void awaitMoney(UUID flow) {
        hold(HoldReason.BUDGET, flow, "and held is null");
    }

    /** Holds all queued tasks of a fan-out back. */
    public void holdAll(UUID fanOutId) {
        hold(HoldReason.FAN_OUT, fanOutId, "");
    }

    private void hold(HoldReason hold, UUID flow, String condition) {
        for (String column : List.of("chain_id", "fan_out_id")) {
            jdbc.sql("update task set held = :hold where " + column + " = :flow and state = 'QUEUED' " + condition)
                    .param("hold", hold.name())
                    .param("flow", flow.toString())
                    .update();
        }
    }

    /** Releases the tasks that waited for the money of a chain or fan-out. */
    public void releaseToMoney(UUID flow) {
        for (String column : List.of("chain_id", "fan_out_id")) {
            jdbc.sql("update task set held = null where " + column
                            + " = :flow and state = 'QUEUED' and held = 'BUDGET'")
                    .param("flow", flow.toString())
                    .update();
        }
    }

    /** Releases the first task that a fan-out holds back, if there is one. */
    public void releaseNext(UUID fanOutId) {
        jdbc.sql("""
                        update task set held = null where id = (
                          select min(id) from task where fan_out_id = :fanOut and state = 'QUEUED' and held = 'FAN_OUT')""").param("fanOut", fanOutId.toString()).update();
    }
}
