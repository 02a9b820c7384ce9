package dev.claudepool.store;

import dev.claudepool.web.ApiJson;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.commons.dbcp2.BasicDataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * A new database of one engine with the application's schema, and what the stores need beside it; a contract test takes
 * one, so that it can be run against every engine.
 */
public abstract class TestDatabase implements AutoCloseable {

    private final BasicDataSource dataSource;
    private final JdbcClient jdbc;
    private final UncertainCommits commits;
    private final Transactions transactions;
    private final JsonMapper json = ApiJson.mapper();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.678Z"));
    private final MonotonicClock monotonicClock = new MonotonicClock(clock, clock::nanos);
    private final Ids ids = new Ids(clock);

    /** @param migrations where the schema of the engine is */
    protected TestDatabase(BasicDataSource dataSource, String migrations) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.commits = new UncertainCommits(dataSource);
        this.transactions = new Transactions(commits, new CommitStore(jdbc));
        Flyway.configure().dataSource(dataSource).locations(migrations).load().migrate();
    }

    public JdbcClient jdbc() {
        return jdbc;
    }

    public Transactions transactions() {
        return transactions;
    }

    /** Has the next commit fail, though it succeeds. */
    public void failAfterNextCommit() {
        commits.failAfterNextCommit();
    }

    /** Has the next commit fail. */
    void failBeforeNextCommit() {
        commits.failBeforeNextCommit();
    }

    public JsonMapper json() {
        return json;
    }

    public SettableClock clock() {
        return clock;
    }

    /** By which what waits goes on; it moves on with {@link #clock()}. */
    public MonotonicClock monotonicClock() {
        return monotonicClock;
    }

    public Ids ids() {
        return ids;
    }

    /** The steps by which the engine would carry out a query, in its own words. */
    public abstract List<String> plan(String sql, Map<String, ?> parameters);

    @Override
    public void close() {
        try {
            dataSource.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
