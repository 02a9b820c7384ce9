package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine owes to the store of fan-outs. */
abstract class FanOutStoreContract {

    private static final ElementCounts ENDED = new ElementCounts(0, 0, 1, 1, 0);

    @AutoClose
    final TestDatabase database;

    private final FanOutStore store;
    private final Instant now;

    FanOutStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new FanOutStore(database.jdbc(), database.json());
        this.now = database.clock().instant();
    }

    @Test
    void givesBackEveryOption() {
        FanOut fanOut = inserted(
                "'failFast':true,'maxConcurrency':3,'timeout':'PT10M0.5S','name':'n','tags':['t'],'metadata':{'b':'x','a':''},");

        assertThat(found(fanOut)).isEqualTo(fanOut);
        assertThat(found(fanOut).deadline()).isEqualTo(now.plusMillis(600_500));
        assertThat(found(fanOut).options().maxConcurrency()).isEqualTo(3);
        assertThat(found(fanOut).options().labels())
                .isEqualTo(new Labels("n", List.of("t"), Map.of("b", "x", "a", "")));
    }

    @Test
    void givesBackWhatHasNoOption() {
        FanOut fanOut = inserted();

        assertThat(found(fanOut)).isEqualTo(fanOut);
        assertThat(found(fanOut).deadline()).isNull();
        assertThat(found(fanOut).counts()).isEqualTo(ElementCounts.ofQueued(2));
    }

    @Test
    void keepsHowManyAreInWhichState() {
        FanOut fanOut = inserted();

        FanOut after = replaced(fanOut.counting(new ElementCounts(1, 2, 3, 4, 5), now));

        assertThat(found(fanOut)).isEqualTo(after);
    }

    @Test
    void keepsItsEndAndForgetsItWhenAnElementGoesOn() {
        FanOut fanOut = inserted();
        FanOut ended = replaced(fanOut.counting(ENDED, now.plusMillis(7)));

        assertThat(found(fanOut)).isEqualTo(ended);
        assertThat(found(fanOut).phase().finishedAt()).isEqualTo(now.plusMillis(7));
        FanOut again = replaced(ended.counting(new ElementCounts(0, 1, 1, 0, 0), now.plusMillis(8)));

        assertThat(found(fanOut)).isEqualTo(again);
        assertThat(store.list(FlowState.RUNNING, null, 10)).containsExactly(again);
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhyItIsStopped(FlowStopReason stop) {
        FanOut fanOut = inserted();

        FanOut stopped = replaced(fanOut.stopped(stop));

        assertThat(found(fanOut)).isEqualTo(stopped);
        assertThat(found(fanOut).phase().stop()).isEqualTo(stop);
    }

    @Test
    void findsNothingUnderAnUnknownId() {
        assertThat(store.find(UUID.randomUUID())).isEmpty();
    }

    @Test
    void listsTheYoungestFirst() {
        List<FanOut> fanOuts = Stream.generate(this::inserted).limit(3).toList();

        assertThat(store.list(null, null, 10)).isEqualTo(fanOuts.reversed());
        assertThat(store.list(null, null, 2)).isEqualTo(fanOuts.reversed().subList(0, 2));
        assertThat(store.list(null, fanOuts.get(1).id(), 10)).containsExactly(fanOuts.get(0));
    }

    @Test
    void listsByState() {
        FanOut failed = replaced(inserted().counting(ENDED, now));
        FanOut running = inserted();
        FanOut youngest = replaced(inserted().counting(ENDED, now));

        assertThat(store.list(FlowState.FAILED, null, 10)).containsExactly(youngest, failed);
        assertThat(store.list(FlowState.FAILED, youngest.id(), 10)).containsExactly(failed);
        assertThat(store.list(FlowState.RUNNING, null, 10)).containsExactly(running);
        assertThat(store.list(FlowState.CANCELLED, null, 10)).isEmpty();
    }

    @Test
    void pagesShowEveryFanOutOnceWhileOthersAreAdded() {
        List<FanOut> fanOuts = Stream.generate(this::inserted).limit(23).toList();
        List<FanOut> paged = new ArrayList<>();
        @Nullable UUID before = null;

        for (List<FanOut> page = store.list(null, before, 5); !page.isEmpty(); page = store.list(null, before, 5)) {
            paged.addAll(page);
            before = page.getLast().id();
            inserted();
        }

        assertThat(paged).isEqualTo(fanOuts.reversed());
    }

    @Test
    void returnsFanOutsWithADeadlineOrBeingStopped() {
        FanOut withDeadline = inserted("'timeout':'PT1M',");
        FanOut stopped = replaced(inserted().stopped(FlowStopReason.FAILED_FAST));
        inserted();
        replaced(inserted("'timeout':'PT1M',").stopped(FlowStopReason.CANCELLED).counting(ENDED, now));

        assertThat(store.toWatch()).containsExactlyInAnyOrder(withDeadline, stopped);
    }

    @Test
    void returnsWhatEndedBeforeATimeEarliestFirst() {
        FanOut late = replaced(inserted().counting(ENDED, now.plusMillis(2)));
        FanOut early = replaced(inserted().counting(ENDED, now.plusMillis(1)));
        replaced(inserted().counting(ENDED, now.plusMillis(3)));
        inserted();

        assertThat(store.endedBefore(now.plusMillis(3), 10, 0)).containsExactly(early.id(), late.id());
        assertThat(store.endedBefore(now.plusMillis(3), 1, 0)).containsExactly(early.id());
        assertThat(store.endedBefore(now.plusMillis(1), 10, 0)).isEmpty();
    }

    @Test
    void changesAndDeletesNoOther() {
        FanOut gone = inserted();
        FanOut other = inserted();
        replaced(gone.counting(ENDED, now));

        store.delete(gone.id());

        assertThat(store.find(gone.id())).isEmpty();
        assertThat(found(other)).isEqualTo(other);
    }

    private FanOut inserted() {
        return inserted("");
    }

    /** @param members of its spec, with apostrophes for quotation marks */
    private FanOut inserted(String members) {
        String json = "{" + members.replace('\'', '"') + "\"prompts\":[\"one\",\"two\"]}";
        FanOut fanOut = FanOut.accepted(
                database.ids().next(), FanOutRequest.of(database.json().readValue(json, FanOutSpec.class)), now, now);
        store.insert(fanOut);
        return fanOut;
    }

    private FanOut replaced(FanOut after) {
        store.replace(after);
        return after;
    }

    private FanOut found(FanOut fanOut) {
        return store.find(fanOut.id()).orElseThrow();
    }
}
