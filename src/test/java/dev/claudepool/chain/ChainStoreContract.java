package dev.claudepool.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.TaskError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine owes to the store of chains. */
abstract class ChainStoreContract {

    @AutoClose
    final TestDatabase database;

    private final ChainStore store;
    private final ChainListStore lists;
    private final Instant now;

    ChainStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new ChainStore(database.jdbc(), database.json());
        this.lists = new ChainListStore(database.jdbc(), database.dialect(), database.json());
        this.now = database.clock().instant();
    }

    static Stream<Named<StepState>> states() {
        UUID task = UUID.randomUUID();
        TaskError error = new TaskError("cli-exited", "nul \u0000, \ud83d\ude00, '; --", true, 137, "the end\r\n");
        return Stream.of(
                        new StepState.Pending(),
                        new StepState.Running(task, 0, false),
                        new StepState.Running(task, 3, true),
                        new StepState.Done(task, Map.of(), false),
                        new StepState.Done(task, Map.of("cause", "nul \u0000 \ud83d\ude00", "n", ""), true),
                        new StepState.Failed(task, error),
                        new StepState.Failed(null, new TaskError("substitution-failed", "no", false, null, null)),
                        new StepState.Skipped(),
                        new StepState.Cancelled(task))
                .map(state -> named(state.name().name(), state));
    }

    @ParameterizedTest
    @MethodSource("states")
    void givesBackEachStateOfAStepWithWhatIsInIt(StepState state) {
        Chain chain = inserted();

        Chain after = replaced(chain, chain.with(new Step(1, List.of(0), 4, now, now.plusMillis(1), state)));

        assertThat(found(chain)).isEqualTo(after);
    }

    @Test
    void aStepForgetsWhatWasInItsStateBefore() {
        Chain chain = inserted();
        Chain before = chain;

        for (Named<StepState> state : states().toList().reversed()) {
            Chain after = replaced(before, before.with(new Step(0, List.of(), 1, now, null, state.getPayload())));
            before = after;
            assertThat(found(chain)).isEqualTo(after);
        }

        assertThat(database.jdbc().sql("""
                                select count(*) from chain_step where position = 0
                                  and task_id is null and failures = 0 and not recovering
                                  and vars is null and error is null""").query(Integer.class).single()).isEqualTo(1);
    }

    @Test
    void givesBackEveryMemberOfASpec() {
        ChainSpec spec = spec("""
                {"name":"fix \\u0000 \ud83d\ude00","session":"chain","isolation":"none","tags":["nightly","b"],
                 "metadata":{"b":"\\u0000 \ud83d\ude00","a":""},
                 "maxBudgetUsd":0.500000001,"timeout":"PT10M0.5S","steps":[
                  {"name":"a","prompt":"{{x}} \\r\\n\\u0000 '; drop table chain; -- :id","outputVars":{"z":"x.y","a":"[0]"},
                   "failurePolicy":{"retries":2,"backoff":"PT0.5S","recoveryPrompt":"{error} \ud83d\ude00"},
                   "config":{"model":"opus","maxTurns":7,"tags":["c"],"maxBudgetUsd":0.10,"slashCommands":true}},
                  {"name":"b","prompt":"","needs":[]},
                  {"name":"c","prompt":"{steps.a.z}","needs":["b","a"]}]}""");
        Chain chain = Chain.accepted(database.ids().next(), spec, UUID.randomUUID(), now);

        store.insert(chain);

        assertThat(found(chain)).isEqualTo(chain);
        assertThat(List.copyOf(
                        found(chain).spec().steps().getFirst().outputVars().keySet()))
                .containsExactly("z", "a");
    }

    @Test
    void aNewChainHasNotBegunAndAllItsStepsArePending() {
        Chain chain = inserted();

        assertThat(found(chain)).isEqualTo(chain);
        assertThat(found(chain).phase().isHeld()).isTrue();
        assertThat(found(chain).steps()).containsExactly(Step.pending(0, List.of()), Step.pending(1, List.of(0)));
    }

    @Test
    void keepsItsDeadlineFromItsBeginning() {
        Chain chain = inserted(null, "'timeout':'PT1M',");

        Chain begun = replaced(chain, chain.begunAt(now.plusMillis(7)));

        assertThat(found(chain)).isEqualTo(begun);
        assertThat(found(chain).deadline()).isEqualTo(now.plusMillis(60_007));
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "TIMED_OUT"})
    void keepsWhyItIsStopped(FlowStopReason stop) {
        Chain chain = inserted();

        Chain stopped = replaced(chain, chain.begunAt(now).stopped(stop));

        assertThat(found(chain)).isEqualTo(stopped);
        assertThat(found(chain).phase().stop()).isEqualTo(stop);
    }

    @Test
    void keepsItsEndAndForgetsItWhenItIsRetried() {
        Chain chain = inserted();
        Chain failed = failed(chain);

        assertThat(found(chain)).isEqualTo(failed);
        assertThat(found(chain).state()).isEqualTo(FlowState.FAILED);
        Chain retried = replaced(failed, failed.reset());

        assertThat(found(chain)).isEqualTo(retried);
        assertThat(listed(FlowState.RUNNING, null, 10)).containsExactly(retried.id());
    }

    @Test
    void changesNoOtherChain() {
        Chain chain = inserted();
        Chain other = inserted();

        failed(chain);

        assertThat(found(other)).isEqualTo(other);
    }

    @Test
    void findsNothingUnderAnUnknownId() {
        assertThat(store.find(UUID.randomUUID())).isEmpty();
    }

    @Test
    void listsTheYoungestFirst() {
        List<Chain> chains = Stream.generate(this::inserted).limit(3).toList();

        assertThat(listed(null, null, 10)).isEqualTo(ids(chains).reversed());
        assertThat(listed(null, null, 2)).isEqualTo(ids(chains).reversed().subList(0, 2));
        assertThat(listed(null, chains.get(1).id(), 10))
                .containsExactly(chains.get(0).id());
    }

    @Test
    void listsByState() {
        Chain failed = failed(inserted());
        Chain running = inserted();
        Chain youngest = failed(inserted());

        assertThat(listed(FlowState.FAILED, null, 10)).containsExactly(youngest.id(), failed.id());
        assertThat(listed(FlowState.FAILED, youngest.id(), 10)).containsExactly(failed.id());
        assertThat(listed(FlowState.RUNNING, null, 10)).containsExactly(running.id());
        assertThat(listed(FlowState.SUCCEEDED, null, 10)).isEmpty();
    }

    @Test
    void pagesShowEveryChainOnceWhileOthersAreAdded() {
        List<Chain> chains = Stream.generate(this::inserted).limit(23).toList();
        List<UUID> paged = new ArrayList<>();
        @Nullable UUID before = null;

        for (List<UUID> page = listed(null, before, 5); !page.isEmpty(); page = listed(null, before, 5)) {
            paged.addAll(page);
            before = page.getLast();
            inserted();
        }

        assertThat(paged).isEqualTo(ids(chains).reversed());
    }

    private List<UUID> listed(@Nullable FlowState state, @Nullable UUID before, int limit) {
        return lists.outlines(state, before, limit).stream()
                .map(ChainOutline::id)
                .toList();
    }

    @Test
    void returnsTheChainsOfAFanOutInTheOrderOfItsRequest() {
        UUID fanOut = UUID.randomUUID();
        inserted();
        List<Chain> ofIt = Stream.generate(() -> inserted(fanOut)).limit(3).toList();
        inserted(UUID.randomUUID());
        failed(ofIt.getFirst());

        assertThat(store.ofFanOut(fanOut)).isEqualTo(ids(ofIt));
        assertThat(store.findAll(ids(ofIt)).getFirst()).isEqualTo(found(ofIt.getFirst()));
        assertThat(store.someOf(fanOut, 10)).containsExactlyInAnyOrderElementsOf(ids(ofIt));
        assertThat(store.someOf(fanOut, 2)).hasSize(2).isSubsetOf(ids(ofIt));
        assertThat(store.ofFanOut(UUID.randomUUID())).isEmpty();
    }

    @Test
    void returnsTheStepsOfEachOfVeryManyChains() {
        UUID fanOut = UUID.randomUUID();
        List<Chain> ofIt = new ArrayList<>();
        database.transactions()
                .writing(() ->
                        Stream.generate(() -> inserted(fanOut)).limit(1_001).forEach(ofIt::add));
        Chain last = failed(ofIt.removeLast());
        ofIt.add(last);

        assertThat(store.findAll(store.ofFanOut(fanOut))).isEqualTo(ofIt);
    }

    @Test
    void thoseThatHaveEndedOrAreBeingStoppedCannotBeStopped() {
        UUID fanOut = UUID.randomUUID();
        Chain held = inserted(fanOut);
        Chain begun = begun(inserted(fanOut));
        Chain stopped = begun(inserted(fanOut));
        replaced(stopped, stopped.stopped(FlowStopReason.CANCELLED));
        failed(inserted(fanOut));
        inserted(UUID.randomUUID());

        assertThat(store.stoppable(fanOut, 10)).containsExactly(held.id(), begun.id());
        assertThat(store.stoppable(fanOut, 1)).containsExactly(held.id());
    }

    @Test
    void theNextThatIsHeldBackIsTheFirstThatHasNeitherBegunNorEnded() {
        UUID fanOut = UUID.randomUUID();
        begun(inserted(fanOut));
        Chain cancelled = inserted(fanOut);
        replaced(cancelled, cancelled.stopped(FlowStopReason.CANCELLED).finished(now));
        Chain held = inserted(fanOut);
        Chain heldToo = inserted(fanOut);
        inserted(UUID.randomUUID());

        assertThat(store.nextHeld(fanOut)).contains(held.id());
        begun(held);
        assertThat(store.nextHeld(fanOut)).contains(heldToo.id());
        begun(heldToo);
        assertThat(store.nextHeld(fanOut)).isEmpty();
    }

    @Test
    void returnsUnfinishedChains() {
        Chain held = inserted(null, "'timeout':'PT1M',");
        Chain running = begun(inserted());
        failed(inserted(null, "'timeout':'PT1M',"));

        assertThat(store.unfinished()).containsExactlyInAnyOrder(held.id(), running.id());
    }

    @Test
    void returnsWhatEndedBeforeATimeEarliestFirst() {
        Chain late = finished(inserted(), now.plusMillis(2));
        Chain early = finished(inserted(), now.plusMillis(1));
        finished(inserted(), now.plusMillis(3));
        finished(inserted(UUID.randomUUID()), now);
        begun(inserted());

        assertThat(store.endedBefore(now.plusMillis(3), 10, 0)).containsExactly(early.id(), late.id());
        assertThat(store.endedBefore(now.plusMillis(3), 1, 0)).containsExactly(early.id());
        assertThat(store.endedBefore(now.plusMillis(1), 10, 0)).isEmpty();
    }

    @Test
    void deletesAChainWithItsStepsAndNoOther() {
        Chain gone = inserted();
        Chain other = inserted();

        store.delete(gone.id());

        assertThat(store.find(gone.id())).isEmpty();
        assertThat(found(other)).isEqualTo(other);
        assertThat(database.jdbc()
                        .sql("select count(*) from chain_step")
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    private Chain inserted() {
        return inserted(null);
    }

    private Chain inserted(@Nullable UUID fanOut) {
        return inserted(fanOut, "");
    }

    /** @param members of its spec, with apostrophes for quotation marks */
    private Chain inserted(@Nullable UUID fanOut, String members) {
        ChainSpec spec = spec("{" + members.replace('\'', '"') + """
                "steps":[{"name":"a","prompt":"one"},{"name":"b","prompt":"two"}]}""");
        Chain chain = Chain.accepted(database.ids().next(), spec, fanOut, now);
        store.insert(chain);
        return chain;
    }

    private Chain begun(Chain chain) {
        return replaced(chain, chain.begunAt(now.plus(Duration.ofMillis(1))));
    }

    private Chain finished(Chain chain, Instant at) {
        return replaced(chain, chain.begunAt(now).finished(at));
    }

    private Chain failed(Chain chain) {
        StepState failed = new StepState.Failed(null, new TaskError("no", "no", false, null, null));
        return replaced(
                chain,
                chain.begunAt(now)
                        .with(new Step(0, List.of(), 1, now, now, failed))
                        .finished(now.plusMillis(1)));
    }

    private Chain replaced(Chain before, Chain after) {
        store.replace(before, after);
        return after;
    }

    private Chain found(Chain chain) {
        return store.find(chain.id()).orElseThrow();
    }

    private ChainSpec spec(String json) {
        return database.json().readValue(json, ChainSpec.class);
    }

    private static List<UUID> ids(List<Chain> chains) {
        return chains.stream().map(Chain::id).toList();
    }
}
