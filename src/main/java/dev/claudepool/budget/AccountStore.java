package dev.claudepool.budget;

import dev.claudepool.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code account}: one row, which outlives the tasks. */
@Component
class AccountStore {

    /** Stands for the configured cap before the first start. */
    static final String NEVER_SEEN = "?";

    private final JdbcClient jdbc;

    AccountStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Account get() {
        return jdbc.sql("select * from account").query((row, _) -> read(row)).single();
    }

    void save(Account account) {
        Money cap = account.cap();
        jdbc.sql("""
                        update account set cap_nanos = :cap, held = :held, reserved_nanos = :reserved,
                          spent_nanos = :total, period_start = :start, period_spent_nanos = :spent,
                          warned_percent = :warned""")
                .param("cap", cap == null ? null : cap.nanos())
                .param("held", account.frozen())
                .param("reserved", account.reserved().nanos())
                .param("total", account.totalSpent().nanos())
                .param("start", account.periodStart().toEpochMilli())
                .param("spent", account.spentInPeriod().nanos())
                .param("warned", account.warnedPercent())
                .update();
    }

    /** The cap that was last read from the configuration: a decimal number, or nothing for no cap. */
    String configuredCap() {
        return jdbc.sql("select coalesce(configured_cap, :never) from account")
                .param("never", NEVER_SEEN)
                .query(String.class)
                .single();
    }

    void saveConfiguredCap(String cap) {
        jdbc.sql("update account set configured_cap = :cap").param("cap", cap).update();
    }

    private static Account read(ResultSet row) throws SQLException {
        return new Account(
                new Funds(
                        Money.ofNullableNanos(Columns.nullableLong(row, "cap_nanos")),
                        Money.ofNanos(row.getLong("period_spent_nanos")),
                        Money.ofNanos(row.getLong("reserved_nanos"))),
                row.getBoolean("held"),
                Money.ofNanos(row.getLong("spent_nanos")),
                Columns.instant(row, "period_start"),
                row.getInt("warned_percent"));
    }
}
