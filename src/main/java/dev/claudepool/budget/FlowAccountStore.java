package dev.claudepool.budget;

import dev.claudepool.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The accounts of chains and fan-outs, on which their tasks draw besides the pool's: the table {@code sub_account}.
 * Thread-safe.
 */
@Component
public class FlowAccountStore {

    private final JdbcClient jdbc;

    FlowAccountStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Opens the account of a chain or fan-out, which may spend this much in all; null for any amount. */
    public void open(UUID flow, @Nullable Money cap) {
        jdbc.sql("insert into sub_account (flow_id, cap_nanos) values (:flow, :cap)")
                .param("flow", flow.toString())
                .param("cap", cap == null ? null : cap.nanos())
                .update();
    }

    /** Returns what the tasks of a chain or fan-out have cost. */
    public Money spent(UUID flow) {
        return funds(flow).spent();
    }

    /** Returns what the tasks of a chain or fan-out may cost in all; null for any amount. */
    public @Nullable Money cap(UUID flow) {
        return funds(flow).cap();
    }

    Funds funds(UUID flow) {
        return jdbc.sql("select * from sub_account where flow_id = :flow")
                .param("flow", flow.toString())
                .query((row, _) -> read(row))
                .optional()
                .orElseThrow(() -> new IllegalStateException("There is no account for " + flow));
    }

    void reserve(Collection<UUID> flows, Money more) {
        add(flows, Money.ZERO, more);
    }

    void settle(Collection<UUID> flows, Money reservation, Money cost) {
        add(flows, cost, Money.ZERO.minus(reservation));
    }

    private void add(Collection<UUID> flows, Money spent, Money reserved) {
        for (UUID flow : flows) {
            jdbc.sql("""
                            update sub_account set spent_nanos = spent_nanos + :spent,
                              reserved_nanos = reserved_nanos + :reserved where flow_id = :flow""")
                    .param("spent", spent.nanos())
                    .param("reserved", reserved.nanos())
                    .param("flow", flow.toString())
                    .update();
        }
    }

    /** Releases everything that is still reserved. */
    void releaseAll() {
        jdbc.sql("update sub_account set reserved_nanos = 0 where reserved_nanos <> 0")
                .update();
    }

    /** Deletes the accounts of chains and fan-outs, when they are deleted themselves. */
    public void delete(Collection<UUID> flows) {
        if (!flows.isEmpty()) {
            jdbc.sql("delete from sub_account where flow_id in (:flows)")
                    .param("flows", flows.stream().map(UUID::toString).toList())
                    .update();
        }
    }

    private static Funds read(ResultSet row) throws SQLException {
        return new Funds(
                Money.ofNullableNanos(Columns.nullableLong(row, "cap_nanos")),
                Money.ofNanos(row.getLong("spent_nanos")),
                Money.ofNanos(row.getLong("reserved_nanos")));
    }
}
