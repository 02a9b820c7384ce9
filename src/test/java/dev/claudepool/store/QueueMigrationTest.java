package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.sqlite.SQLiteDataSource;

/** What becomes of the tasks of a service that is updated. */
class QueueMigrationTest {

    @TempDir
    private Path directory;

    @Test
    void theQueueKeepsItsOrderAndTheAccountWhatWasSpent() {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve("test.db") + "?foreign_keys=true");
        JdbcClient jdbc = JdbcClient.create(dataSource);
        migrate(dataSource, "1");
        jdbc.sql("""
                        insert into task (id, state, priority, created_at, not_before, finished_at, spend_nanos, spec)
                        values ('a', 'QUEUED', 0, 1000000, 0, null, 0, '{}'),
                               ('b', 'QUEUED', 10, 1000001, 0, null, 5, '{}'),
                               ('c', 'QUEUED', -10, 1000002, 0, null, 0, '{}'),
                               ('d', 'FAILED', 0, 1000003, 0, 1000004, 7, '{}')""").update();

        migrate(dataSource, "3");

        assertThat(jdbc.sql("select id || ' ' || rank from task where state = 'QUEUED' order by rank")
                        .query(String.class)
                        .list())
                .isEqualTo(List.of("b 400001", "a 1000000", "c 1600002"));
        assertThat(jdbc.sql("select spent_nanos from account").query(Long.class).single())
                .isEqualTo(12);
    }

    @Test
    void whatIsStoredIsCounted() {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve("test.db") + "?foreign_keys=true");
        JdbcClient jdbc = JdbcClient.create(dataSource);
        migrate(dataSource, "7");
        jdbc.sql("""
                        insert into task (id, state, priority, created_at, not_before, spec)
                        values ('a', 'QUEUED', 0, 0, 0, '{}'), ('b', 'QUEUED', 0, 0, 0, '{"prompt":"\u00e4"}'),
                               ('c', 'FAILED', 0, 0, 0, '{}')""").update();
        jdbc.sql("""
                        insert into chain (id, state, begun, created_at, spec)
                        values ('d', 'RUNNING', 1, 0, '{"x":1}'), ('e', 'FAILED', 1, 0, '{}')""").update();

        migrate(dataSource, "8");

        assertThat(jdbc.sql("select name || ' ' || items || ' ' || bytes from total where items <> 0 order by name")
                        .query(String.class)
                        .list())
                .isEqualTo(List.of("CHAIN 1 7", "FAILED 1 2", "QUEUED 2 17"));
    }

    @Test
    void theRunningCostOfSettledAttemptsIsDeleted() {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve("test.db") + "?foreign_keys=true");
        JdbcClient jdbc = JdbcClient.create(dataSource);
        migrate(dataSource, "11");
        jdbc.sql("""
                        insert into ledger (at, kind, task_id, attempt, slot_id, reserved_nanos, spent_nanos, usd_nanos,
                          estimated, tokens_input, tokens_output, tokens_cache_read, tokens_cache_write, models)
                        values (1, 'RUNNING', 'a', 1, 's', 0, 0, 5, 0, 0, 0, 0, 0, '{}'),
                               (2, 'SETTLED', 'a', 1, 's', 0, 7, 7, 0, 0, 0, 0, 0, '{}'),
                               (3, 'RUNNING', 'a', 2, 's', 0, 0, 5, 0, 0, 0, 0, 0, '{}'),
                               (4, 'RUNNING', 'b', 1, 's', 0, 0, 5, 0, 0, 0, 0, 0, '{}')""").update();

        migrate(dataSource, "12");

        assertThat(jdbc.sql("select at from ledger where task_id is not null order by at")
                        .query(Integer.class)
                        .list())
                .containsExactly(2, 3, 4);
    }

    private static void migrate(SQLiteDataSource dataSource, String version) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration/sqlite")
                .target(version)
                .load()
                .migrate();
    }
}
