package dev.claudepool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.FakeProcess;
import dev.claudepool.dispatch.FakePool;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskAssert;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration NONE = Duration.ZERO;

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final FakePool pool = new FakePool(database);

    @BeforeEach
    void start() throws InterruptedException {
        var _ = pool.idle(1);
        pool.slots.close();
    }

    @Test
    void aPoolWithoutTasksIsDrainedAtOnce() throws InterruptedException {
        DrainSummary summary = drain(LONG).carryOut(DrainMode.KEEP);

        assertThat(summary).isEqualTo(new DrainSummary(0, Money.ZERO, 0, 0, 0));
        assertThat(pool.cli.living()).isEmpty();
    }

    @Test
    void aRunningTaskMayFinishWithinTheGrace() throws Exception {
        Task task = pool.held("wait");
        CompletableFuture<DrainSummary> drained = drainAside(LONG, DrainMode.CANCEL);

        pool.cli.awaitPrompt("wait").answer("done");

        assertThat(drained.get(10, TimeUnit.SECONDS).totalTasks()).isOne();
        TaskAssert.assertThat(pool.now(task)).hasSucceededWith("done");
        assertThat(pool.cli.living()).isEmpty();
    }

    @Test
    void aRunningTaskIsInterruptedAfterTheGrace() throws InterruptedException {
        Task task = pool.held("wait");

        DrainSummary summary = drain(NONE).carryOut(DrainMode.KEEP);

        TaskAssert.assertThat(pool.now(task)).isInterrupted();
        assertThat(summary.totalTasks()).isZero();
        assertThat(pool.cli.living()).isEmpty();
    }

    @Test
    void aRunningTaskIsCancelledAfterTheGraceWhereNothingIsKept() throws InterruptedException {
        Task task = pool.held("wait");

        DrainSummary summary = drain(NONE).carryOut(DrainMode.CANCEL);

        TaskAssert.assertThat(pool.now(task)).isCancelled();
        assertThat(summary.cancelledTasks()).isOne();
    }

    @Test
    void aRunningTaskThatHangsIsEnded() throws InterruptedException {
        pool.cli.on("hang", FakeProcess::hang);
        Task task = pool.queued("hang");
        pool.dispatcher.dispatch();
        var _ = pool.cli.awaitPrompt("hang");

        var _ = drain(NONE).carryOut(DrainMode.KEEP);

        TaskAssert.assertThat(pool.now(task)).isInterrupted();
        assertThat(pool.cli.living()).isEmpty();
    }

    @Test
    void queuedTasksAreKept() throws InterruptedException {
        Task task = pool.queued("hello");

        var _ = drain(LONG).carryOut(DrainMode.KEEP);

        TaskAssert.assertThat(pool.now(task)).isQueued();
    }

    @Test
    void queuedTasksAreCancelled() throws InterruptedException {
        Task task = pool.queued("hello");

        DrainSummary summary = drain(LONG).carryOut(DrainMode.CANCEL);

        TaskAssert.assertThat(pool.now(task)).isCancelled();
        assertThat(summary.cancelledTasks()).isOne();
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void aTaskThatIsPutOffMeanwhileIsCancelled() throws InterruptedException {
        Task task = pool.held("wait");
        Thread failing =
                Thread.ofVirtual().start(() -> pool.cli.living().forEach(process -> process.fail("overloaded")));

        var _ = drain(LONG).carryOut(DrainMode.CANCEL);
        failing.join();

        TaskAssert.assertThat(pool.now(task)).isCancelled();
    }

    @Test
    void nothingIsGivenOutAnyMore() throws InterruptedException {
        var _ = drain(LONG).carryOut(DrainMode.KEEP);
        Task task = pool.queued("hello");

        pool.dispatcher.dispatch();

        TaskAssert.assertThat(pool.now(task)).isQueued();
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void theSummaryCountsFromTheStart() throws InterruptedException {
        Drain drain = drain(LONG);
        pool.cli.on("blank", FakeProcess::endWithoutAnswer);
        var _ = pool.queued("hello");
        pool.dispatchAndWait();
        pool.cli.awaitStarts(2);
        pool.awaitIdle(1);
        var _ = pool.queued("blank");
        pool.dispatchAndWait();
        var _ = pool.queued("left");

        DrainSummary summary = drain.carryOut(DrainMode.CANCEL);

        assertThat(summary).isEqualTo(new DrainSummary(3, Money.usd(FakeProcess.COST_OF_ANSWER), 1, 1, 0));
    }

    private Drain drain(Duration grace) {
        return new Drain(
                new DrainProperties(grace),
                pool.tasks.queue.clearing,
                pool.tasks.queue.statistics,
                pool.attempts,
                pool.slots,
                pool.dispatcher,
                database.clock());
    }

    private CompletableFuture<DrainSummary> drainAside(Duration grace, DrainMode mode) {
        Drain drain = drain(grace);
        return CompletableFuture.supplyAsync(() -> {
            try {
                return drain.carryOut(mode);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
