package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.acceptance.PoolClient.Answer;
import dev.claudepool.store.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A database server that goes away while the service runs, and comes back. */
@ExtendWith(Engine.OnPostgres.class)
class DatabaseAwayTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    @Test
    void nothingIsAcknowledgedMeanwhileAndWhatRunsIsStoredAfterwards() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            PoolClient client = pool.client();
            String database = Engine.databaseOf(pool.dataDirectory());
            String running = client.submit("STUB:until away");
            String queued = client.submit("later");
            client.awaitState(running, "RUNNING", LONGEST);

            allowConnections(database, false);
            disconnect(database);
            Answer refused = client.post("/tasks", task("x"));
            pool.let("away");
            await("the service tells that it is unhealthy")
                    .atMost(LONGEST)
                    .untilAsserted(() ->
                            assertThat(client.get("//actuator/health").status()).isEqualTo(503));
            allowConnections(database, true);

            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("store-unavailable");
            assertThatTask(client.awaitEnd(running, LONGEST)).hasSucceeded();
            assertThatTask(client.awaitEnd(queued, LONGEST)).hasSucceeded();
            assertThat(client.get("/pool").json().at("/queuedTasks").asInt()).isZero();
            Books.of(client).verify();
        }
    }

    private static void allowConnections(String database, boolean allowed) {
        PostgresServer.administrator()
                .sql("alter database " + database + " with allow_connections " + allowed)
                .update();
    }

    private static void disconnect(String database) {
        PostgresServer.administrator()
                .sql("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = :name")
                .param("name", database)
                .query(Boolean.class)
                .list();
    }
}
