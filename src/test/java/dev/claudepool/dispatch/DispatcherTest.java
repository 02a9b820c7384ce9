package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.FakeProcess;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskAssert;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DispatcherTest {

    @AutoClose
    private final SqliteTestDatabase database = new SqliteTestDatabase();

    private final FakePool pool = new FakePool(database);

    @Test
    void aTaskIsGivenToAnIdleSlot() throws InterruptedException {
        var _ = pool.idle(1);
        Task task = pool.queued("hello");

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).hasSucceededWith("echo: hello");
    }

    @Test
    void aTaskWaitsUntilASlotIsIdle() throws InterruptedException {
        pool.dispatcher.start();
        Task task = pool.queued("hello");
        TaskAssert.assertThat(pool.now(task)).isQueued();

        var _ = pool.idle(1);

        var _ = pool.await(task, TaskState.Name.SUCCEEDED);
    }

    @Test
    void aNewTaskWakesTheDispatcher() throws InterruptedException {
        var _ = pool.idle(1);
        pool.dispatcher.start();

        Task task = pool.queued("hello");

        var _ = pool.await(task, TaskState.Name.SUCCEEDED);
    }

    @Test
    void tasksAreGivenOutInTheirOrder() throws InterruptedException {
        var _ = pool.idle(1);
        var _ = pool.queued("first");
        var _ = pool.queued("second");
        Task last = pool.queued("third");

        pool.dispatcher.start();
        var _ = pool.await(last, TaskState.Name.SUCCEEDED);

        assertThat(pool.cli.prompts()).containsExactly("first", "second", "third");
    }

    @Test
    void moreUrgentTasksOvertake() throws InterruptedException {
        var _ = pool.idle(1);
        Task last = pool.queued("later");
        var _ = pool.queued("urgent", "priority", 5);

        pool.dispatcher.start();
        var _ = pool.await(last, TaskState.Name.SUCCEEDED);

        assertThat(pool.cli.prompts()).containsExactly("urgent", "later");
    }

    @Test
    void asManyTasksRunAsThereAreSlots() throws InterruptedException {
        var _ = pool.idle(2);
        var _ = pool.held("one");
        var _ = pool.held("two");
        Task third = pool.queued("three");

        pool.dispatcher.dispatch();

        assertThat(pool.attempts.count()).isEqualTo(2);
        TaskAssert.assertThat(pool.now(third)).isQueued();
    }

    @Test
    void aSlotThatIsIdleAgainGetsTheNextTask() throws InterruptedException {
        var _ = pool.idle(1);
        pool.dispatcher.start();
        var _ = pool.held("one");
        Task second = pool.queued("two");

        pool.cli.awaitPrompt("one").answer("done");

        var _ = pool.await(second, TaskState.Name.SUCCEEDED);
    }

    @Test
    void aTaskForARoleWaitsForASlotThatHasIt() throws InterruptedException {
        var _ = pool.idle(2);
        pool.testingSlots.giveRole("slot-1", "cook");
        pool.awaitIdle(2);
        Task first = pool.queued("soup", "role", "cook");
        Task second = pool.queued("salad", "role", "cook");
        pool.cli.hold("soup");

        pool.dispatcher.dispatch();

        TaskAssert.assertThat(pool.now(first)).isRunning();
        assertThat(pool.now(first).slotId()).isEqualTo("slot-1");
        TaskAssert.assertThat(pool.now(second)).isQueued();
    }

    @Test
    void aTaskWithoutARoleOvertakesOneWhoseRoleIsBusy() throws InterruptedException {
        var _ = pool.idle(2);
        Task first = pool.queued("one", "slot", "slot-1");
        pool.cli.hold("one");
        Task second = pool.queued("two", "slot", "slot-1");
        Task third = pool.queued("three");
        pool.cli.hold("three");

        pool.dispatcher.dispatch();

        TaskAssert.assertThat(pool.now(first)).isRunning();
        TaskAssert.assertThat(pool.now(second)).isQueued();
        TaskAssert.assertThat(pool.now(third)).isRunning();
    }

    @Test
    void nothingIsGivenOutWhileTheQueueIsPaused() throws InterruptedException {
        var _ = pool.idle(1);
        Task task = pool.queued("hello");
        pool.tasks.queue.pause.pause();
        pool.dispatchAndWait();
        TaskAssert.assertThat(pool.now(task)).isQueued();

        pool.tasks.queue.pause.resume();
        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).hasSucceededWith("echo: hello");
    }

    @Test
    void nothingIsGivenOutAfterAStop() throws InterruptedException {
        var _ = pool.idle(1);
        Task task = pool.queued("hello");

        pool.dispatcher.stop();
        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).isQueued();
    }

    @Test
    void nothingIsGivenOutAfterAStopOfTheThread() throws InterruptedException {
        var _ = pool.idle(1);
        pool.dispatcher.start();
        pool.dispatcher.stop();

        Task task = pool.queued("hello");

        TaskAssert.assertThat(pool.now(task)).isQueued();
        assertThat(pool.attempts.count()).isZero();
    }

    @Test
    void aTaskThatIsDelayedIsGivenOutWhenItIsDue() throws InterruptedException {
        var _ = pool.idle(1);
        Task task = database.transactions()
                .write(() -> pool.tasks.submissions.add(
                        TestingSpecs.spec(Map.of()), Origin.CLIENT, null, Duration.ofMinutes(1), null));
        pool.dispatchAndWait();
        TaskAssert.assertThat(pool.now(task)).isQueued();

        database.clock().advance(Duration.ofMinutes(2));
        pool.dispatchAndWait();

        assertThat(pool.now(task).state().name()).isEqualTo(TaskState.Name.SUCCEEDED);
    }

    @Test
    void aTaskThatWasCancelledIsNotGivenOut() throws InterruptedException {
        var _ = pool.idle(1);
        Task task = pool.queued("hello");
        var _ = pool.tasks.service.cancel(task.id());

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(task)).isCancelled();
        assertThat(pool.cli.prompts()).isEmpty();
    }

    @Test
    void aTaskWaitsForMoneyThatAnotherHasSetAside() throws InterruptedException {
        try (SqliteTestDatabase other = new SqliteTestDatabase()) {
            FakePool poor = new FakePool(other, 0, "1").idle(2);
            var _ = poor.held("one");
            Task second = poor.queued("two");
            poor.dispatcher.dispatch();
            TaskAssert.assertThat(poor.now(second)).isQueued();

            poor.cli.awaitPrompt("one").answer("done");
            poor.awaitNoAttempts();
            poor.dispatchAndWait();

            TaskAssert.assertThat(poor.now(second)).hasSucceededWith("echo: two");
        }
    }

    @Test
    void aLimitOfTheProviderKeepsFurtherTasksBack() throws InterruptedException {
        var _ = pool.idle(2);
        pool.cli.on("limited", process -> process.fail("rate_limit"));
        var _ = pool.queued("limited");
        pool.dispatchAndWait();
        Task next = pool.queued("hello");

        pool.dispatchAndWait();

        TaskAssert.assertThat(pool.now(next)).isQueued();
    }

    @Test
    void aProcessThatDiesWhileItIsIdleCostsNoTask() throws InterruptedException {
        var _ = pool.idle(1);
        pool.cli.living().forEach(FakeProcess::die);
        pool.cli.awaitStarts(2);
        Task task = pool.queued("hello");

        pool.dispatcher.start();

        TaskAssert.assertThat(pool.await(task, TaskState.Name.SUCCEEDED)).hasAttempts(1);
    }
}
