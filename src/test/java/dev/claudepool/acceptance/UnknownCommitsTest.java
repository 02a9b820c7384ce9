package dev.claudepool.acceptance;

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

    @TempDir
    Path directory;

    @Test
    void tasksSucceedOnceAndAreBookedOnce() throws Exception {
        List<UncertainCommits> managers = new ArrayList<>();
        BeanPostProcessor uncertain = new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (!(bean instanceof JdbcTransactionManager manager)) {
                    return bean;
                }
                DataSource dataSource = manager.getDataSource();
                assertThat(dataSource).isNotNull();
                managers.add(new UncertainCommits(dataSource));
                return managers.getLast();
            }
        };
        try (TestingPool pool = TestingPool.stubbed(directory, uncertain, "claude-pool.slots=2")) {
            PoolClient client = pool.client();
            managers.forEach(UncertainCommits::failAfterEveryCommit);

            for (int i = 0; i < 5; i++) {
                JsonNode task = client.awaitEnd(client.submit("task " + i), Duration.ofMinutes(1));

                assertThat(task.at("/state").asString()).as(task.toString()).isEqualTo("SUCCEEDED");
                assertThat(task.at("/attempts").asInt()).isEqualTo(1);
                assertThat(task.at("/result/spendUsd").asDouble()).isEqualTo(0.0008);
            }

            Books.of(client).verify();
            assertThat(Books.of(client).spent()).isEqualByComparingTo("0.004");
            assertThat(managers).isNotEmpty();
        }
    }
}
