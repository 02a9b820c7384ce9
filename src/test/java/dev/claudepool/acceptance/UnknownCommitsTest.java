package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.UncertainCommits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.support.JdbcTransactionManager;
import tools.jackson.databind.JsonNode;

/** A database that commits, but whose answer is lost each time, with the stub. */
class UnknownCommitsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final List<UncertainCommits> managers = new ArrayList<>();

    /** Puts an uncertain manager in the place of that of transactions, and a store that it can lose. */
    private final BeanPostProcessor uncertain = new BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof DataSource dataSource) {
                UncertainCommits.Losable losable = new UncertainCommits.Losable(dataSource);
                managers.add(new UncertainCommits(losable));
                return losable;
            }
            return bean instanceof JdbcTransactionManager ? managers.getFirst() : bean;
        }
    };

    @Test
    void tasksSucceedOnceAndAreBookedOnce() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, uncertain, "claude-pool.slots=2")) {
            PoolClient client = pool.client();
            managers.getFirst().failAfterEveryCommit();

            for (int i = 0; i < 5; i++) {
                assertSucceededAtOnce(client.awaitEnd(client.submit("task " + i), LONGEST));
            }

            Books.of(client).verify();
            assertThat(Books.of(client).spent()).isEqualByComparingTo("0.004");
        }
    }

    @Test
    void settlementThatIsRepeatedIsASuccess() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, uncertain, "claude-pool.slots=1")) {
            PoolClient client = pool.client();
            String id = client.submit("STUB:until settled");
            client.awaitState(id, "RUNNING", LONGEST);
            managers.getFirst().failAfterEveryCommitAndLoseTheDatabase();

            pool.let("settled");

            JsonNode task = client.awaitEnd(id, LONGEST);
            managers.getFirst().recover();
            assertSucceededAtOnce(task);
            assertSucceededAtOnce(client.awaitEnd(client.submit("the next"), LONGEST));
            assertThat(client.task(id)).isEqualTo(task);
            assertThat(Events.count(pool.events(), Events.ofTask(id).and(Events.taskState("SUCCEEDED"))))
                    .isEqualTo(1);
            Books.of(client).verify();
            assertThat(Books.of(client).spent()).isEqualByComparingTo("0.0016");
        }
    }

    private static void assertSucceededAtOnce(JsonNode task) {
        assertThatTask(task).hasSucceeded();
        assertThatTask(task).hasAttempts(1);
        assertThat(task.at("/result/spentUsd").asDouble()).isEqualTo(0.0008);
    }
}
