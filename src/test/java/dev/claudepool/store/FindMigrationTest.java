package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.sqlite.SQLiteDataSource;

/** Tasks of a service that is updated stay as they are, and are found from then on. */
class FindMigrationTest {

    private static final UUID OLD = UUID.fromString("019b7caa-75a6-7000-ae2f-19f56e376b3f");
    private static final UUID FOLLOWER = UUID.fromString("019b7caa-75a6-7fff-8000-000000000000");
    private static final UUID DAMAGED = UUID.fromString("019b7cab-0000-7000-8000-000000000000");

    @Test
    void withTheEmbeddedDatabase(@TempDir Path directory) {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve("test.db") + "?foreign_keys=true");
        findsTasksOfTheVersionBefore(dataSource, "sqlite");
    }

    @Test
    void withADatabaseServer() {
        Map<String, String> properties = PostgresServer.quickProperties(PostgresServer.createQuickDatabase());
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(properties.get("spring.datasource.url"));
        dataSource.setUser(properties.get("spring.datasource.username"));
        findsTasksOfTheVersionBefore(dataSource, "postgresql");
    }

    private static void findsTasksOfTheVersionBefore(DataSource dataSource, String engine) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        migrate(dataSource, engine, "15");
        jdbc.sql("""
                        insert into task (id, state, priority, created_at, not_before, finished_at, spend_nanos, spec, error, follows)
                        values (:old, 'FAILED', 0, 1, 0, 5, 7,
                                '{"prompt":"Paint it blue\\u0000","name":"house","model":"haiku","tags":["t"]}',
                                '{"code":"task-failed","message":"Out of paint"}', null),
                               (:follower, 'QUEUED', 3, 2, 0, null, 0, '{"prompt":"Again"}', null, :old),
                               (:damaged, 'FAILED', 0, 3, 0, 9, 0, '{"prom', '{"co', null)""")
                .param("old", OLD.toString())
                .param("follower", FOLLOWER.toString())
                .param("damaged", DAMAGED.toString())
                .update();
        jdbc.sql("insert into task_tag (tag, task_id) values ('t', :old)")
                .param("old", OLD.toString())
                .update();
        List<Map<String, @Nullable Object>> before = rows(jdbc);
        List<@Nullable String> totals = totals(jdbc);

        migrate(dataSource, engine, "16");

        assertThat(rows(jdbc)).isEqualTo(before);
        assertThat(totals(jdbc)).isEqualTo(totals);
        assertThat(jdbc.sql("select tag || ' ' || task_id from task_tag")
                        .query(String.class)
                        .list())
                .containsExactly("t " + OLD);
        for (UUID id : List.of(OLD, FOLLOWER, DAMAGED)) {
            assertThat(jdbc.sql("select number from task where id = :id")
                            .param("id", id.toString())
                            .query(Long.class)
                            .single())
                    .isEqualTo(Ids.number(id));
        }
        assertThat(jdbc.sql("select id from task where name = 'house' and model = 'haiku' and code = 'task-failed'")
                        .query(String.class)
                        .list())
                .containsExactly(OLD.toString());
        assertThat(found(jdbc, engine, "blue")).containsExactly(OLD.toString());
        assertThat(found(jdbc, engine, "house")).containsExactly(OLD.toString());
        assertThat(found(jdbc, engine, "out")).containsExactly(OLD.toString());
        assertThat(found(jdbc, engine, "again")).containsExactly(FOLLOWER.toString());

        jdbc.sql("update task set follows = null").update();
        jdbc.sql("delete from task where id = :old")
                .param("old", OLD.toString())
                .update();

        assertThat(found(jdbc, engine, "blue")).isEmpty();
        assertThat(jdbc.sql("select count(*) from task_tag")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(jdbc.sql("select items from total where name = 'FAILED'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    private static List<@Nullable String> found(JdbcClient jdbc, String engine, String word) {
        Dialect dialect = Dialect.of("jdbc:" + engine + ":");
        return jdbc.sql("select t.id from task_text x join task t on t.number = x.rowid where " + dialect.textMatches())
                .param("words", dialect.textQuery(List.of(new Dialect.Term(word, false))))
                .query(String.class)
                .list();
    }

    private static List<Map<String, @Nullable Object>> rows(JdbcClient jdbc) {
        return jdbc.sql("""
                        select id, state, priority, rank, created_at, not_before, finished_at, spend_nanos, spec, error,
                          follows, attempts, epoch, held, spend_models
                        from task order by id""").query().listOfRows();
    }

    private static List<@Nullable String> totals(JdbcClient jdbc) {
        return jdbc.sql("select name || ' ' || items || ' ' || bytes from total order by name")
                .query(String.class)
                .list();
    }

    private static void migrate(DataSource dataSource, String engine, String version) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration/" + engine)
                .target(version)
                .load()
                .migrate();
    }
}
