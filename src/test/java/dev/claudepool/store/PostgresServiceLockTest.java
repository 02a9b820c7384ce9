package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database that only one service may use. */
class PostgresServiceLockTest {

    private static final Duration PATIENCE = Duration.ofMillis(200);

    private static final String CONNECTION_OF_THE_LOCK = """
            select pid from pg_locks where locktype = 'advisory' and objid = 1
              and database = (select oid from pg_database where datname = current_database())""";

    @AutoClose
    private final PostgresTestDatabase database = new PostgresTestDatabase();

    private final DataSource others = new DriverManagerDataSource(PostgresServer.url(database.name()), "postgres", "");

    @BeforeEach
    void createTable() {
        database.jdbc().sql("create table fact (n integer)").update();
    }

    @Test
    void keepsASecondServiceAwayUntilTheFirstHasEnded() throws Exception {
        String name = PostgresServer.createDatabase();
        DataSource connections = new DriverManagerDataSource(PostgresServer.url(name), "postgres", "");
        try (PostgresServiceLock _ = new PostgresServiceLock(connections, PATIENCE)) {
            assertThatThrownBy(() -> new PostgresServiceLock(connections, PATIENCE))
                    .isInstanceOf(DatabaseInUseException.class)
                    .hasMessageMatching("process \\d+ of the database server, of the user postgres at 127\\.0\\.0\\.1");
        }

        assertThatCode(() -> new PostgresServiceLock(connections, PATIENCE).close())
                .doesNotThrowAnyException();

        PostgresServer.dropDatabase(name);
    }

    @Test
    void isTakenAgainAfterItsConnectionWasLost() {
        loseConnectionOfTheLock();

        write(1);

        assertThat(written()).containsExactly(1);
        assertThatThrownBy(() -> new PostgresServiceLock(others, PATIENCE)).isInstanceOf(DatabaseInUseException.class);
    }

    @Test
    void nothingIsWrittenOnceAnotherServiceHasTakenOver() throws Exception {
        loseConnectionOfTheLock();
        try (PostgresServiceLock _ = new PostgresServiceLock(others, PATIENCE)) {
            assertThatThrownBy(() -> write(1))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("the database is locked by another service: process");
        }

        write(2);

        assertThat(written()).containsExactly(2);
    }

    @Test
    void whatIsWrittenWhenConnectionsAreLostIsRolledBackAndTheNextWorkGetsNewOnes() {
        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    insert(1);
                    PostgresServer.administrator()
                            .sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name")
                            .param("name", database.name())
                            .query(Boolean.class)
                            .list();
                    insert(2);
                }))
                .isInstanceOf(StoreUnavailableException.class);

        write(3);

        assertThat(written()).containsExactly(3);
    }

    private void loseConnectionOfTheLock() {
        database.jdbc()
                .sql("select pg_terminate_backend(pid, 10000) from (" + CONNECTION_OF_THE_LOCK + ") holder")
                .query(Boolean.class)
                .single();
    }

    private void write(int n) {
        database.transactions().writing(() -> insert(n));
    }

    private void insert(int n) {
        database.jdbc().sql("insert into fact (n) values (:n)").param("n", n).update();
    }

    private List<Integer> written() {
        return database.jdbc()
                .sql("select n from fact")
                .query((row, _) -> row.getInt("n"))
                .list();
    }
}
