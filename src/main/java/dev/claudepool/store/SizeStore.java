package dev.claudepool.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** How large the database is, which its header says, and whether it may take more. Thread-safe. */
@Component
public class SizeStore {

    private static final String USED = """
            select (page_count - freelist_count) * page_size
            from pragma_page_count(), pragma_freelist_count(), pragma_page_size()""";

    private final JdbcClient jdbc;
    private final DataSize most;

    SizeStore(JdbcClient jdbc, StoreLimits limits, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.most = limits.maxBytes();
        Gauge.builder("claude.pool.store.bytes", this, SizeStore::used)
                .description("The size of the database, without what is free in its file")
                .register(meters);
    }

    /** The bytes in use; what was deleted is free for what comes. */
    public long used() {
        return jdbc.sql(USED).query(Long.class).single();
    }

    /** Whether no new tasks may come in. */
    public boolean isFull() {
        return used() >= most.toBytes();
    }

    /** The bytes that may be in use before it is full. */
    public DataSize most() {
        return most;
    }
}
