package dev.claudepool.store;

import dev.claudepool.web.ApiJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.dbcp2.BasicDataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * A new database of one engine with the application's schema, and what the stores need beside it; a contract test takes
 * one, so that it can be run against every engine.
 */
public abstract class TestDatabase implements AutoCloseable {

    private final Dialect dialect;
    private final BasicDataSource dataSource;
    private final ServiceLock lock;
    private final JdbcClient jdbc;
    private final UncertainCommits commits;
    private final Transactions transactions;
    private final JsonMapper json = ApiJson.mapper();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.678Z"));
    private final MonotonicClock monotonicClock = new MonotonicClock(clock, clock::nanos);
    private final Ids ids = new Ids(clock);
    private final List<Runnable> users = new ArrayList<>();

    /**
     * @param properties those that a service would be started with to use it
     * @param migrated whether it has the schema
     */
    protected TestDatabase(Map<String, ?> properties, boolean migrated) {
        Binder settings = settings(properties);
        DataSourceProperties connecting =
                settings.bind("spring.datasource", DataSourceProperties.class).get();
        this.dialect = Dialect.of(Objects.requireNonNull(connecting.getUrl()));
        StoreConfiguration configuration = new StoreConfiguration();
        try {
            this.lock = configuration.serviceLock(connecting, dialect);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        this.dataSource = settings.bind(
                        "spring.datasource.dbcp2",
                        Bindable.ofInstance(configuration.dataSource(connecting, dialect, lock)))
                .get();
        if (!migrated) {
            migrate(settings.bind("spring.flyway.locations", String.class).get());
        }
        this.jdbc = JdbcClient.create(dataSource);
        this.commits = new UncertainCommits(dataSource);
        this.transactions = new Transactions(commits, new CommitStore(jdbc, dialect), dialect, lock);
    }

    /** Just as {@code application.yaml} says, but for these. */
    private static Binder settings(Map<String, ?> properties) {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new MapPropertySource("test", Map.copyOf(properties)));
        try {
            new YamlPropertySourceLoader()
                    .load("application", new ClassPathResource("application.yaml"))
                    .forEach(sources::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Binder(ConfigurationPropertySources.from(sources), new PropertySourcesPlaceholdersResolver(sources));
    }

    private void migrate(String locations) {
        String vendor = dialect instanceof SqliteDialect ? "sqlite" : "postgresql";
        Flyway.configure()
                .dataSource(dataSource)
                .locations(locations.replace("{vendor}", vendor))
                .load()
                .migrate();
    }

    public Dialect dialect() {
        return dialect;
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

    /** Has {@code user}, which needs the database, end before it is closed. */
    public void endBefore(Runnable user) {
        users.add(user);
    }

    @Override
    public void close() {
        users.forEach(Runnable::run);
        lock.close();
        try {
            dataSource.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
