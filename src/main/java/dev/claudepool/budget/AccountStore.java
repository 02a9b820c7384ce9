package dev.claudepool.budget;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code account}: what everything together has cost, in one row that outlives the tasks. Thread-safe; it is
 * moved in the transaction of the attempt that is settled, before any row of that.
 */
@Component
public class AccountStore {

    private final JdbcClient jdbc;

    AccountStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public void add(Money spent) {
        jdbc.sql("update account set spent_nanos = spent_nanos + :spent")
                .param("spent", spent.nanos())
                .update();
    }

    public Money spent() {
        return Money.ofNanos(
                jdbc.sql("select spent_nanos from account").query(Long.class).single());
    }
}
