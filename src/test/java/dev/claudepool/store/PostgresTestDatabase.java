package dev.claudepool.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.dao.DataAccessException;

/** PostgreSQL, in a database of its own, which goes when it is closed. */
public final class PostgresTestDatabase extends TestDatabase {

    private final String name;

    public PostgresTestDatabase() {
        this(Supply.next());
    }

    private PostgresTestDatabase(String name) {
        super(PostgresServer.quickProperties(name), true);
        this.name = name;
    }

    /** What the server calls it. */
    public String name() {
        return name;
    }

    /**
     * Without sequential scans and sorts, unless there is no index: the planner prefers them as long as tables are
     * small.
     */
    @Override
    public List<String> plan(String sql, Map<String, ?> parameters) {
        return transactions().write(() -> {
            jdbc().sql("set local enable_seqscan = off").update();
            jdbc().sql("set local enable_sort = off").update();
            return jdbc().sql("explain (costs off) " + sql)
                    .params(parameters)
                    .query(String.class)
                    .list();
        });
    }

    @Override
    public void close() {
        super.close();
        Supply.drop(name);
    }

    /** Makes the next database while a test uses the last: copies of one, so that the schema is made once. */
    private static final class Supply {

        private static final ExecutorService WORKER =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

        private static final String TEMPLATE = template();

        private static CompletableFuture<String> next = create();

        static synchronized String next() {
            String ready = next.join();
            next = create();
            return ready;
        }

        static void drop(String name) {
            WORKER.execute(() -> {
                try {
                    PostgresServer.dropDatabase(name);
                } catch (DataAccessException e) {
                    // the server has ended with the tests, and its databases with it
                }
            });
        }

        private static CompletableFuture<String> create() {
            return CompletableFuture.supplyAsync(() -> PostgresServer.createQuickDatabaseLike(TEMPLATE), WORKER);
        }

        private static String template() {
            String name = PostgresServer.createQuickDatabase();
            new Template(name).close();
            return name;
        }
    }

    /** Migrates a database, which stays. */
    private static final class Template extends TestDatabase {

        Template(String name) {
            super(PostgresServer.quickProperties(name), false);
        }

        @Override
        public List<String> plan(String sql, Map<String, ?> parameters) {
            throw new UnsupportedOperationException();
        }
    }
}
