package dev.claudepool.budget;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code sub_account}: what each chain and fan-out may spend in all, has reserved and has spent. */
@Component
class SubAccountStore {

    private final JdbcClient jdbc;

    SubAccountStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(UUID flow, @Nullable Money cap) {
        jdbc.sql("insert into sub_account (flow_id, cap_nanos) values (:flow, :cap)")
                .param("flow", flow.toString())
                .param("cap", cap == null ? null : cap.nanos())
                .update();
    }

    Optional<Funds> find(UUID flow) {
        return jdbc.sql("select * from sub_account where flow_id = :flow")
                .param("flow", flow.toString())
                .query((row, _) -> read(row))
                .optional();
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

    /** Nothing is set aside any more. */
    void releaseAll() {
        jdbc.sql("update sub_account set reserved_nanos = 0 where reserved_nanos <> 0")
                .update();
    }

    void delete(Collection<UUID> flows) {
        if (!flows.isEmpty()) {
            jdbc.sql("delete from sub_account where flow_id in (:flows)")
                    .param("flows", flows.stream().map(UUID::toString).toList())
                    .update();
        }
    }

    private static Funds read(ResultSet row) throws SQLException {
        long cap = row.getLong("cap_nanos");
        return new Funds(
                row.wasNull() ? null : Money.ofNanos(cap),
                Money.ofNanos(row.getLong("spent_nanos")),
                Money.ofNanos(row.getLong("reserved_nanos")));
    }
}
