package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.store.ManualScheduler;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
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
        this.fanOuts = new TestingFanOuts(database, DAY, new ManualScheduler(database.clock()));
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
    void theNextStartGoesOnWithAStopThatWasCutOff() {
        FanOut fanOut = submitted();
        fail(fanOuts.tasks.claim());
        assertThat(fanOuts.service.get(fanOut.id()).phase().isFinal()).isFalse();

        ManualScheduler scheduler = new ManualScheduler(database.clock());
        fanOuts = new TestingFanOuts(database, DAY, scheduler);
        fanOuts.engine.afterSingletonsInstantiated();
        scheduler.advance(Duration.ZERO);

        FanOut ended = fanOuts.service.get(fanOut.id());
        assertThat(ended.state()).isEqualTo(FlowState.FAILED);
        assertThat(ended.phase().stop()).isEqualTo(FlowStopReason.FAILED_FAST);
        assertThat(ended.counts()).isEqualTo(new ElementCounts(0, 0, 0, 1, 3));
    }

    /** By a service that ends before it can cancel anything. */
    private FanOut submitted() {
        return fanOuts.submitted("{'prompts':['one','two','three','four'],'failFast':true}", "key");
    }

    private void fail(Task task) {
        fanOuts.tasks.queue.settlement.failed(
                task, TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0.01"));
    }
}
