package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine owes to those who stop fan-outs. */
@Timeout(60)
abstract class FanOutEngineContract {

    private static final Duration DAY = Duration.ofDays(1);

    @AutoClose
    final TestDatabase database;

    private TestingFanOuts fanOuts;

    FanOutEngineContract(TestDatabase database) {
        this.database = database;
        this.fanOuts = new TestingFanOuts(database, DAY);
    }

    @AfterEach
    void closeDeadlines() {
        fanOuts.chains.flows.deadlines.close();
    }

    @Test
    void nothingBeginsOnceItIsStoppedThoughNothingIsCancelledYet() {
        FanOut fanOut = submitted();
        Task first = fanOuts.tasks.claim();

        database.transactions().writing(() -> {
            fail(first);

            assertThat(fanOuts.service.get(fanOut.id()).counts()).isEqualTo(new ElementCounts(3, 0, 0, 1, 0));
            assertThat(fanOuts.tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        });
    }

    @Test
    void theNextStartGoesOnWithAStopThatWasCutOff() throws Exception {
        FanOut fanOut = submitted();
        fail(fanOuts.tasks.claim());
        assertThat(fanOuts.service.get(fanOut.id()).isFinal()).isFalse();

        fanOuts = new TestingFanOuts(database, DAY);
        fanOuts.engine.afterSingletonsInstantiated();

        FanOut ended = fanOuts.service.await(
                fanOut.id(), ClientWait.uncounted(DAY), new FanOutTasks(fanOut.id(), fanOuts.chains.flows.flows));
        assertThat(ended.state()).isEqualTo(FanOut.State.FAILED);
        assertThat(ended.stop()).isEqualTo(FanOut.Stop.FAILED_FAST);
        assertThat(ended.counts()).isEqualTo(new ElementCounts(0, 0, 0, 1, 3));
    }

    /** By a service that ends before it can cancel anything. */
    private FanOut submitted() {
        fanOuts.chains.flows.deadlines.close();
        return fanOuts.submitted("{'prompts':['one','two','three','four'],'failFast':true}", "key");
    }

    private void fail(Task task) {
        fanOuts.tasks.queue.settlement.failed(
                task, TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0.01"));
    }
}
