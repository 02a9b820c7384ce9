package dev.claudepool.flow;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Origin;
import dev.claudepool.task.ReadAhead;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskReader;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to the tasks of chains and fan-outs; an attempt of a task wants a dollar. */
abstract class FlowTaskContract {

    @AutoClose
    final TestDatabase database;

    private final TestingFlows flows;
    private final TestingTasks tasks;

    FlowTaskContract(TestDatabase database) {
        this.database = database;
        this.flows = new TestingFlows(database);
        this.tasks = flows.tasks;
    }

    @Test
    void aTaskWhoseFlowHasItsMoneyInUseIsPassedOver() {
        UUID flow = opened("1");
        Task first = added(Origin.fanOut(flow));
        Task second = added(Origin.fanOut(flow));
        Task third = added(Origin.fanOut(flow));
        Task ofClient = tasks.queued();

        assertThat(tasks.claim().id()).isEqualTo(first.id());
        assertThat(tasks.claim().id()).isEqualTo(ofClient.id());

        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        assertThat(holdOf(second)).isEqualTo(HoldReason.BUDGET);
        assertThat(holdOf(third)).isEqualTo(HoldReason.BUDGET);
    }

    @Test
    void whoeverWaitsForTheMoneyOfAFlowIsLetGoWhenAnAttemptOfItIsSettled() {
        UUID flow = opened("1");
        added(Origin.fanOut(flow));
        Task second = added(Origin.fanOut(flow));
        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();

        succeed(running, "0.4");

        assertThat(holdOf(second)).isNull();
        assertThat(tasks.claim().id()).isEqualTo(second.id());
        assertThat(tasks.budget.budget.view().reservedUsd()).isEqualTo(Money.usd("0.6"));
    }

    @Test
    void theAttemptsOfOthersLetNobodyGo() {
        UUID flow = opened("1");
        Task ofClient = tasks.running();
        added(Origin.fanOut(flow));
        Task second = added(Origin.fanOut(flow));
        tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();

        succeed(ofClient, "0.1");

        assertThat(holdOf(second)).isEqualTo(HoldReason.BUDGET);
    }

    @Test
    void aChainInAFanOutWaitsForTheMoneyOfBoth() {
        UUID fanOut = opened("1");
        Task first = added(Origin.step(opened("9"), 0, fanOut));
        Task second = added(Origin.step(opened("9"), 0, fanOut));
        Task running = tasks.claim();
        assertThat(running.id()).isEqualTo(first.id());
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        assertThat(holdOf(second)).isEqualTo(HoldReason.BUDGET);

        succeed(running, "0.1");

        assertThat(tasks.claim().id()).isEqualTo(second.id());
    }

    @Test
    void theStepsOfAChainWaitForItsMoney() {
        UUID chain = opened("1");
        added(Origin.step(chain, 0, null));
        Task second = added(Origin.step(chain, 1, null));
        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        assertThat(holdOf(second)).isEqualTo(HoldReason.BUDGET);

        succeed(running, "0.1");

        assertThat(tasks.claim().id()).isEqualTo(second.id());
    }

    @Test
    void whatWaitedForMoneyGoesOnAfterTheDeathOfTheService() {
        UUID flow = opened("1");
        added(Origin.fanOut(flow));
        Task second = added(Origin.fanOut(flow));
        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();

        new TestingTasks(database).queue.recovery.recover();

        assertThat(tasks.now(running)).isInterrupted();
        assertThat(holdOf(second)).isNull();
    }

    @Test
    void onceTheMoneyOfAFlowIsSpentTheRestOfItFails() {
        UUID flow = opened("1");
        added(Origin.fanOut(flow));
        Task second = added(Origin.fanOut(flow));
        Task third = added(Origin.fanOut(flow));
        Task ofClient = tasks.queued();
        succeed(tasks.claim(), "1");

        assertThat(tasks.claim().id()).isEqualTo(ofClient.id());

        assertThat(tasks.now(second)).hasFailedWith("budget-exceeded").hasAttempts(0);
        assertThat(tasks.now(third)).hasFailedWith("budget-exceeded").hasSpent("0");
        assertThat(tasks.budget.flows.spent(flow)).isEqualTo(Money.usd("1"));
    }

    @Test
    void whatWaitedForMoneyThatWasSpentFails() {
        UUID flow = opened("1");
        added(Origin.fanOut(flow));
        Task second = added(Origin.fanOut(flow));
        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        succeed(running, "1.2");

        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();

        assertThat(tasks.now(second)).hasFailedWith("budget-exceeded");
    }

    @Test
    void aTaskThatItsFanOutHoldsBackIsNeverClaimed() {
        UUID flow = opened(null);
        added(Origin.fanOut(flow), HoldReason.FAN_OUT);

        database.clock().advance(Duration.ofDays(365));

        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
    }

    @Test
    void thoseHeldBackAreLetGoOneByOneInTheirOrder() {
        UUID flow = opened(null);
        Task other = added(Origin.fanOut(opened(null)), HoldReason.FAN_OUT);
        List<Task> held = Stream.generate(() -> added(Origin.fanOut(flow), HoldReason.FAN_OUT))
                .limit(3)
                .toList();

        for (Task next : held) {
            flows.flows.releaseNext(flow);

            assertThat(tasks.claim().id()).isEqualTo(next.id());
            assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        }

        flows.flows.releaseNext(flow);
        assertThat(holdOf(other)).isEqualTo(HoldReason.FAN_OUT);
    }

    @Test
    void oneThatWasCancelledIsNotLetGo() {
        UUID flow = opened(null);
        Task cancelled = added(Origin.fanOut(flow), HoldReason.FAN_OUT);
        Task next = added(Origin.fanOut(flow), HoldReason.FAN_OUT);
        flows.flows.cancel(cancelled.id());

        flows.flows.releaseNext(flow);

        assertThat(tasks.claim().id()).isEqualTo(next.id());
    }

    @Test
    void whoeverTheFanOutHoldsBackDoesNotGoForMoney() {
        UUID flow = opened("1");
        added(Origin.fanOut(flow));
        Task waiting = added(Origin.fanOut(flow));
        Task held = added(Origin.fanOut(flow), HoldReason.FAN_OUT);
        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        assertThat(holdOf(held)).isEqualTo(HoldReason.FAN_OUT);

        succeed(running, "0.1");

        assertThat(holdOf(waiting)).isNull();
        assertThat(holdOf(held)).isEqualTo(HoldReason.FAN_OUT);
    }

    @Test
    void allQueuedTasksOfAFanOutCanBeHeldBackWhateverTheyWaitedFor() {
        UUID flow = opened("1");
        added(Origin.fanOut(flow));
        Task waiting = added(Origin.fanOut(flow));
        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
        Task queued = added(Origin.fanOut(flow));
        Task ofItsChain = added(Origin.step(opened(null), 0, flow));
        Task ofOther = added(Origin.fanOut(opened(null)));

        flows.flows.holdAll(flow);
        succeed(running, "0.1");

        assertThat(List.of(waiting, queued, ofItsChain))
                .extracting(this::holdOf)
                .containsOnly(HoldReason.FAN_OUT);
        assertThat(tasks.claim().id()).isEqualTo(ofOther.id());
        assertThat(tasks.nothingToClaim(TestingTasks.SLOT)).isTrue();
    }

    @Test
    void onlyWhatNothingElseHoldsBackAwaitsMoney() {
        UUID flow = opened(null);
        Task queued = added(Origin.fanOut(flow));
        Task ofItsChain = added(Origin.step(opened(null), 0, flow));
        Task held = added(Origin.fanOut(flow), HoldReason.FAN_OUT);
        Task other = added(Origin.fanOut(opened(null)));

        tasks.queue.holds.awaitMoney(flow);

        assertThat(holdOf(queued)).isEqualTo(HoldReason.BUDGET);
        assertThat(holdOf(ofItsChain)).isEqualTo(HoldReason.BUDGET);
        assertThat(holdOf(held)).isEqualTo(HoldReason.FAN_OUT);
        assertThat(holdOf(other)).isNull();
    }

    @Test
    void whatHasEndedOrIsBeingCancelledCannotBeCancelled() {
        UUID flow = opened(null);
        added(Origin.fanOut(flow));
        succeed(tasks.claim(), "0.1");
        Task cancelling = added(Origin.fanOut(flow));
        tasks.claim();
        flows.flows.cancel(cancelling.id());
        Task running = added(Origin.fanOut(flow));
        tasks.claim();
        Task queued = added(Origin.fanOut(flow));
        Task held = added(Origin.fanOut(flow), HoldReason.FAN_OUT);
        added(Origin.step(opened(null), 0, flow));
        added(Origin.fanOut(opened(null)));

        assertThat(flows.flows.cancellable(flow, 10)).containsExactlyInAnyOrder(running.id(), queued.id(), held.id());
        assertThat(flows.flows.cancellable(flow, 2)).hasSize(2);
    }

    @Test
    void aTaskHasThePlaceInTheQueueOfTheTimeOfItsFlow() {
        Instant begin = database.clock().instant();
        database.clock().advance(Duration.ofSeconds(1));
        tasks.queued();

        Task step = added(Origin.step(opened(null), 1, null), begin, null);

        assertThat(tasks.claim().id()).isEqualTo(step.id());
    }

    @Test
    void returnsTheTasksOfChainsAndFanOutsInOrder() {
        UUID fanOut = opened(null);
        UUID chain = opened(null);
        Task first = added(Origin.fanOut(fanOut));
        Task step = added(Origin.step(chain, 0, fanOut));
        Task second = added(Origin.fanOut(fanOut));
        Task nextStep = added(Origin.step(chain, 1, fanOut));
        tasks.queued();

        assertThat(flows.flows.ofFanOut(fanOut)).containsExactly(first.id(), second.id());
        assertThat(flows.ofFlow(chain)).containsExactly(step, nextStep);
    }

    @Test
    void returnsTheEndedTasksOfAFanOut() {
        UUID fanOut = opened(null);
        Task first = added(Origin.fanOut(fanOut));
        added(Origin.fanOut(fanOut));
        Task step = added(Origin.step(opened(null), 0, fanOut));
        assertThat(flows.flows.endedOfFanOut(fanOut)).isEmpty();

        tasks.service.cancel(first.id());
        tasks.service.cancel(step.id());

        assertThat(flows.flows.endedOfFanOut(fanOut)).containsExactlyInAnyOrder(first.id(), step.id());
    }

    @Test
    void readsNoTaskAgainThatWasReadAhead() {
        List<Task> queued = Stream.generate(tasks::queued).limit(3).toList();
        List<UUID> ids = queued.stream().map(Task::id).toList();
        ReadAhead ahead = flows.flows.readAhead();
        ahead.add(List.of(ids.get(1)));
        tasks.service.cancel(ids.get(0));
        tasks.service.cancel(ids.get(1));
        TaskReader reader = flows.flows.reader(ids, ahead);

        assertThat(ids)
                .extracting(id -> reader.read(id).orElseThrow().state().name())
                .containsExactly(TaskState.Name.CANCELLED, TaskState.Name.QUEUED, TaskState.Name.QUEUED);
        assertThat(reader.read(ids.get(1)).orElseThrow().state().isFinal())
                .as("read for the second time")
                .isTrue();
        assertThat(reader.read(UUID.randomUUID())).isEmpty();
    }

    @Test
    void readsAheadNoMoreThanSomeMegabytes() {
        String megabyte = "x".repeat(1 << 20);
        List<UUID> ids = Stream.generate(() -> tasks.queued("prompt", megabyte).id())
                .limit(6)
                .toList();
        ReadAhead ahead = flows.flows.readAhead();

        ids.forEach(id -> ahead.add(List.of(id)));
        ahead.add(ids);

        assertThat(ahead.tasks()).hasSizeBetween(1, 4);
    }

    @Test
    void readsManyShortTasksTogetherAndLongOnesOneByOne() {
        String megabyte = "x".repeat(1 << 20);
        List<UUID> ids = Stream.generate(() -> Stream.of(tasks.queued(), tasks.queued("prompt", megabyte)))
                .limit(3)
                .flatMap(two -> two)
                .map(Task::id)
                .toList();
        Map<UUID, Task> ahead = new HashMap<>();
        TaskReader reader = new TaskReader(tasks.store, tasks.reads, ids, ahead);

        for (UUID id : ids) {
            assertThat(reader.read(id)).isPresent();
            assertThat(ahead.values())
                    .extracting(task -> task.spec().prompt().length())
                    .as("is kept beside %s", id)
                    .doesNotContain(megabyte.length());
        }
    }

    @Test
    void returnsTheCostOfEachStepOfChains() {
        UUID chain = opened(null);
        UUID other = opened(null);
        added(Origin.step(chain, 0, null));
        tasks.queue.settlement.failed(
                tasks.claim(), Failure.of(FailureCode.TASK_FAILED, "x"), TestingSpecs.spend("0.5"));
        added(Origin.step(chain, 0, null));
        tasks.queue.settlement.succeeded(tasks.claim(), TestingSpecs.answer("x"), TestingSpecs.spend("0.25"));
        added(Origin.step(other, 3, null));

        assertThat(flows.flows.spentBySteps(List.of(chain, other)))
                .isEqualTo(Map.of(chain, Map.of(0, Money.usd("0.75")), other, Map.of(3, Money.ZERO)));
    }

    private UUID opened(@Nullable String cap) {
        UUID flow = database.ids().next();
        tasks.budget.flows.open(flow, cap == null ? null : Money.usd(cap));
        return flow;
    }

    private Task added(Origin origin) {
        return added(origin, null);
    }

    private Task added(Origin origin, @Nullable HoldReason hold) {
        return added(origin, database.clock().instant(), hold);
    }

    private Task added(Origin origin, Instant since, @Nullable HoldReason hold) {
        return database.transactions()
                .write(() -> flows.flows.add(TaskSpec.ofPrompt("say hello"), origin, since, Duration.ZERO, hold));
    }

    private void succeed(Task attempt, String usd) {
        tasks.queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend(usd));
    }

    private @Nullable HoldReason holdOf(Task task) {
        return tasks.now(task).requireQueued().hold();
    }
}
