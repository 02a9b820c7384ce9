package dev.claudepool.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.flow.FlowState;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ChainMetricsTest {

    @AutoClose
    private final TestDatabase database = new SqliteTestDatabase();

    private final TestingChains chains = new TestingChains(database, Duration.ofDays(1));
    private final TestingTasks tasks = chains.tasks;

    @Test
    void aChainThatIsRetriedCountsOnce() {
        Chain chain = chains.submitted(1, "key");
        fail();
        chains.service.retry(chain.id());
        fail();
        chains.service.retry(chain.id());
        tasks.queue.settlement.succeeded(tasks.claim(), TestingSpecs.answer("hi"), TestingSpecs.spend("0"));

        assertThat(chains.service.get(chain.id()).state()).isEqualTo(FlowState.SUCCEEDED);
        assertThat(finished("failed")).isEqualTo(1);
        assertThat(finished("succeeded")).isZero();
    }

    @Test
    void aChainThatFailedBeforeTheStartOfTheServiceCountsWhenItIsRetried() {
        Chain chain = chains.submitted(1, "key");
        fail();
        database.clock().advance(Duration.ofMillis(1));
        TestingChains restarted = new TestingChains(database, Duration.ofDays(1));

        restarted.service.retry(chain.id());
        restarted.tasks.queue.settlement.succeeded(
                restarted.tasks.claim(), TestingSpecs.answer("hi"), TestingSpecs.spend("0"));

        assertThat(finished(restarted, "succeeded")).isEqualTo(1);
    }

    private void fail() {
        tasks.queue.settlement.failed(
                tasks.claim(), TestingSpecs.failure(FailureCode.TASK_FAILED), TestingSpecs.spend("0"));
    }

    private double finished(String outcome) {
        return finished(chains, outcome);
    }

    private static double finished(TestingChains chains, String outcome) {
        return chains.tasks
                .meters
                .get("claude.pool.chains.finished")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
