package dev.claudepool.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Knows the size of the database, and whether it may grow. Thread-safe. */
@Component
public class SizeStore {

    private final JdbcClient jdbc;
    private final Dialect dialect;
    private final DataSize most;

    SizeStore(JdbcClient jdbc, Dialect dialect, StoreLimits limits, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.dialect = dialect;
        this.most = limits.maxBytes();
        Gauge.builder("claude.pool.store.bytes", this, SizeStore::used)
                .description("The size of the database, without what is free in its file")
                .register(meters);
    }

    /** The bytes in use; what was deleted is free for what comes. */
    public long used() {
        return jdbc.sql(dialect.usedBytes()).query(Long.class).single();
    }

    /** Returns whether no new tasks may come in. */
    public boolean isFull() {
        return used() >= most.toBytes();
    }

    /** The bytes that may be in use before it is full. */
    public DataSize most() {
        return most;
    }
}
