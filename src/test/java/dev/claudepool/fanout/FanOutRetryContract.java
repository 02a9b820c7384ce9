package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.claudepool.budget.Money;
import dev.claudepool.chain.Chain;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.flow.FlowState;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who retry fan-outs. */
abstract class FanOutRetryContract {

    private static final String OPTIONS =
            "'name':'n','tags':['t'],'metadata':{'k':'v'},'maxConcurrency':1,'maxBudgetUsd':3.5,'timeout':'PT1H',";
    private static final String TASKS = "{" + OPTIONS
            + "'tasks':[{'prompt':'a','tags':['own']},{'prompt':'b','priority':3},{'prompt':'c','metadata':{'x':'y'}}]}";
    private static final String CHAINS =
            "{'chains':[{'steps':[{'name':'a','prompt':'one'}]},{'steps':[{'name':'b','prompt':'two'},{'name':'c','prompt':'three'}]}]}";

    @AutoClose
    private final TestDatabase database;

    private final TestingFanOuts fanOuts;
    private final TestingTasks tasks;

    FanOutRetryContract(TestDatabase database) {
        this.database = database;
        this.fanOuts = new TestingFanOuts(database, Duration.ZERO);
        this.tasks = fanOuts.tasks;
    }

    @Test
    void theTasksThatFailedOrWereCancelledAreSubmittedAsTheyWere() {
        FanOut ended = submitted(TASKS);
        List<Task> elements = elements(ended);
        succeed(tasks.claim());
        fail(tasks.claim());
        tasks.service.cancel(elements.get(2).id());

        FanOut retry = retry(ended, null);

        assertThat(retry.retryOf()).isEqualTo(ended.id());
        assertThat(retry.options()).isEqualTo(ended.options());
        assertThat(tasks.budget.flows.cap(retry.id())).isEqualTo(Money.usd("3.5"));
        assertThat(elements(retry))
                .extracting(Task::spec)
                .containsExactly(elements.get(1).spec(), elements.get(2).spec());
        assertThat(elements(retry))
                .extracting(task -> task.origin().retryOf())
                .containsExactly(elements.get(1).id(), elements.get(2).id());
        assertThat(retry.counts()).isEqualTo(ElementCounts.ofQueued(2));
        assertThat(fanOuts.service.get(ended.id()).counts()).isEqualTo(new ElementCounts(0, 0, 1, 1, 1));
        succeed(tasks.claim());
        succeed(tasks.claim());
        assertThat(fanOuts.service.get(retry.id()).state()).isEqualTo(FlowState.SUCCEEDED);
    }

    @Test
    void chainsThatFailedBeginAnew() {
        FanOut ended = submitted(CHAINS);
        succeed(tasks.claim());
        succeed(tasks.claim());
        fail(tasks.claim());
        Chain failed = chains(ended).getLast();

        FanOut retry = retry(ended, null);

        assertThat(chains(retry)).extracting(Chain::spec).containsExactly(failed.spec());
        assertThat(retry.counts().running()).isEqualTo(1);
        succeed(tasks.claim());
        succeed(tasks.claim());
        assertThat(fanOuts.service.get(retry.id()).state()).isEqualTo(FlowState.SUCCEEDED);
    }

    @Test
    void aRetryCanBeRetried() {
        FanOut ended = submitted("{'prompts':['a','b']}");
        fail(tasks.claim());
        fail(tasks.claim());
        FanOut retry = retry(ended, null);
        succeed(tasks.claim());
        fail(tasks.claim());

        FanOut again = retry(retry, null);

        assertThat(again.retryOf()).isEqualTo(retry.id());
        assertThat(elements(again)).extracting(task -> task.spec().prompt()).containsExactly("b");
    }

    @Test
    void whatRunsOrHasSucceededIsNotRetried() {
        FanOut fanOut = submitted("{'prompts':['a','b']}");
        fail(tasks.claim());
        assertThat(refusal(fanOut)).isEqualTo(ProblemCode.CONFLICT);
        succeed(tasks.claim());
        FanOut succeeded = submitted("{'prompts':['a']}");
        succeed(tasks.claim());

        assertThat(refusal(succeeded)).isEqualTo(ProblemCode.CONFLICT);
        assertThat(retry(fanOut, null).counts()).isEqualTo(ElementCounts.ofQueued(1));
    }

    @Test
    void aKeyMakesItHappenOnceEvenIfTheOldOneGoesOnMeanwhile() {
        FanOut ended = submitted(CHAINS);
        fail(tasks.claim());
        fail(tasks.claim());
        FanOut retry = retry(ended, "key");
        database.jdbc()
                .sql("update fan_out set finished_at = null where id = :id")
                .param("id", ended.id().toString())
                .update();

        assertThat(retry(ended, "key")).isEqualTo(retry);

        assertThat(fanOuts.service.list(null, null, 10)).hasSize(2);
    }

    @Test
    void aFanOutThatIsPartlyDeletedIsNotRetried() {
        FanOut ended = submitted("{'prompts':['a','b']}");
        Task first = tasks.claim();
        fail(first);
        fail(tasks.claim());
        database.transactions().writing(() -> tasks.removal.remove(List.of(first.id())));

        assertThat(refusal(ended)).isEqualTo(ProblemCode.FAN_OUT_NOT_FOUND);
    }

    @Test
    void theOldOneCanBeDeletedAndTheRetryStays() {
        FanOut ended = submitted("{'prompts':['a']}");
        fail(tasks.claim());
        FanOut retry = retry(ended, null);

        fanOuts.removal.delete(ended.id());

        assertThat(fanOuts.service.get(retry.id())).isEqualTo(retry);
        assertThat(elements(retry)).hasSize(1);
    }

    private ProblemCode refusal(FanOut fanOut) {
        return assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> retry(fanOut, null))
                .actual()
                .code();
    }

    private FanOut retry(FanOut fanOut, @Nullable String key) {
        return fanOuts.retries.retry(fanOut.id(), key, TestingTasks.CALLER).fanOut();
    }

    private List<Task> elements(FanOut fanOut) {
        return fanOuts.chains.flows.ofFlow(fanOut.id());
    }

    private List<Chain> chains(FanOut fanOut) {
        return fanOuts.chains.service.findAll(fanOuts.chains.service.ofFanOut(fanOut.id()));
    }

    private FanOut submitted(String spec) {
        return fanOuts.submitted(spec, UUID.randomUUID().toString());
    }

    private void succeed(Task attempt) {
        tasks.queue.settlement.succeeded(attempt, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));
    }

    private void fail(Task attempt) {
        tasks.queue.settlement.failed(attempt, TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0.01"));
    }
}
