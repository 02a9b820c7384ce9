package dev.claudepool.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventType;
import dev.claudepool.event.TestingEventLog;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.node.ObjectNode;

/** What every engine owes to the budget, its account and its ledger. */
abstract class BudgetContract {

    @AutoClose
    private final TestDatabase database;

    BudgetContract(TestDatabase database) {
        this.database = database;
    }

    @Test
    void nothingIsSpentAtFirst() {
        TestingBudget budget = capped(null);

        assertThat(budget.budget.view())
                .isEqualTo(new BudgetView(
                        null, Money.ZERO, Money.ZERO, null, Period.FOREVER, null, Money.ZERO, false, null));
        assertThat(replayed(budget)).isEqualTo(new Sums(Money.ZERO, Money.ZERO));
    }

    @Test
    void whatIsReservedIsGivenBackAndWhatItCostIsSpent() {
        TestingBudget budget = capped("10");
        AttemptAccounts attemptAccounts = attemptAccounts();

        reserve(budget, attemptAccounts, "1");

        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.usd("1"));
        assertThat(budget.budget.view().remainingUsd()).isEqualTo(Money.usd("9"));
        settle(budget, attemptAccounts, "0.3");
        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.ZERO);
        assertThat(budget.budget.view().spentUsd()).isEqualTo(Money.usd("0.3"));
        assertThat(budget.budget.view().remainingUsd()).isEqualTo(Money.usd("9.7"));
        assertThat(replayed(budget)).isEqualTo(new Sums(Money.usd("0.3"), Money.ZERO));
    }

    @Test
    void addsUpToTheLastDigit() {
        TestingBudget budget = capped(null);

        List.of("0.1", "0.2", "0.000000001", "0", "5000000000").forEach(usd -> spend(budget, usd));

        assertThat(budget.budget.total()).isEqualTo(Money.usd("5000000000.300000001"));
        assertThat(replayed(budget).spent()).isEqualTo(budget.budget.total());
    }

    @Test
    void settlesAnAttemptOnce() {
        TestingBudget budget = capped("10");
        AttemptAccounts attemptAccounts = attemptAccounts();
        reserve(budget, attemptAccounts, "1");
        settle(budget, attemptAccounts, "0.3");

        assertThatIllegalStateException().isThrownBy(() -> settle(budget, attemptAccounts, "0.4"));

        assertThat(budget.budget.total()).isEqualTo(Money.usd("0.3"));
        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.ZERO);
    }

    @Test
    void booksTheCostOfAnAttemptWhoseReservationTheLedgerHasLost() {
        TestingBudget budget = capped("10");

        settle(budget, attemptAccounts(), "0.4");

        assertThat(budget.budget.total()).isEqualTo(Money.usd("0.4"));
        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.ZERO);
    }

    @Test
    void reservesForAnAttemptOnce() {
        TestingBudget budget = capped("10");
        AttemptAccounts attemptAccounts = attemptAccounts();
        reserve(budget, attemptAccounts, "1");

        assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> reserve(budget, attemptAccounts, "1"));

        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.usd("1"));
    }

    @Test
    void isRolledBackWithItsTransaction() {
        TestingBudget budget = capped("10");

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    budget.reservations.reserve(attemptAccounts(), new ReservationDecision.Granted(Money.usd("1")));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.ZERO);
        assertThat(replayed(budget)).isEqualTo(new Sums(Money.ZERO, Money.ZERO));
    }

    @Test
    void remembersTheLastRunningCostWithItsModels() {
        TestingBudget budget = capped(null);
        AttemptAccounts attemptAccounts = attemptAccounts();
        AttemptId next = new AttemptId(attemptAccounts.attempt().taskId(), 2);
        Spend first = cost("0.1");
        Spend second = new Spend(
                Money.usd("0.25"),
                new Tokens(1, 2, 3, 4),
                false,
                Map.of("opus", new ModelSpend(Money.usd("0.25"), new Tokens(1, 2, 3, 4))));

        assertThat(budget.reservations.lastRecorded(attemptAccounts.attempt())).isEqualTo(Spend.NOTHING);
        database.transactions().writing(() -> budget.reservations.record(attemptAccounts, first));
        database.transactions().writing(() -> budget.reservations.record(attemptAccounts, second));

        assertThat(budget.reservations.lastRecorded(attemptAccounts.attempt())).isEqualTo(second);
        assertThat(budget.reservations.lastRecorded(next)).isEqualTo(Spend.NOTHING);
        assertThat(budget.budget.total()).isEqualTo(Money.ZERO);
    }

    @Test
    void forgetsTheRunningCostOfAnAttemptThatIsSettled() {
        TestingBudget budget = capped(null);
        AttemptAccounts attemptAccounts = attemptAccounts();
        reserve(budget, attemptAccounts, "1");
        database.transactions()
                .writing(() ->
                        budget.reservations.record(attemptAccounts, new Spend(Money.usd("0.1"), Tokens.NONE, false)));

        settle(budget, attemptAccounts, "0.2");

        assertThat(budget.reports.entriesBefore(
                        Long.MAX_VALUE, attemptAccounts.attempt().taskId(), 10))
                .extracting(LedgerEntry::kind)
                .containsExactly(LedgerEntry.Kind.SETTLED, LedgerEntry.Kind.RESERVED);
    }

    @Test
    void returnsSpendBySlotTagAndModel() {
        TestingBudget budget = capped(null);
        Spend cost = new Spend(
                Money.usd("0.3"),
                new Tokens(10, 20, 0, 0),
                false,
                Map.of(
                        "haiku", new ModelSpend(Money.usd("0.1"), new Tokens(4, 5, 0, 0)),
                        "opus", new ModelSpend(Money.usd("0.2"), new Tokens(6, 15, 0, 0))));
        for (int i = 0; i < 2; i++) {
            AttemptAccounts attemptAccounts = attemptAccounts();
            reserve(budget, attemptAccounts, "1");
            database.transactions()
                    .writing(() ->
                            budget.reservations.settle(attemptAccounts, cost, List.of("nightly", "a", "nightly")));
        }

        assertThat(budget.reports.shares(Dimension.SLOT, "", 10))
                .containsExactly(new SpendShare("slot-0", Money.usd("0.6"), new Tokens(20, 40, 0, 0)));
        assertThat(budget.reports.shares(Dimension.TAG, "", 10))
                .containsExactly(
                        new SpendShare("a", Money.usd("0.6"), new Tokens(20, 40, 0, 0)),
                        new SpendShare("nightly", Money.usd("0.6"), new Tokens(20, 40, 0, 0)));
        assertThat(budget.reports.shares(Dimension.MODEL, "haiku", 10))
                .containsExactly(new SpendShare("opus", Money.usd("0.4"), new Tokens(12, 30, 0, 0)));
        assertThat(budget.reports.spentBySlot("slot-0")).isEqualTo(Money.usd("0.6"));
        assertThat(budget.reports.spentBySlot("slot-1")).isEqualTo(Money.ZERO);
    }

    @Test
    void refusesTasksWhenEverythingIsSpent() {
        TestingBudget budget = capped("1");
        budget.budget.check(null);
        spend(budget, "1.1");

        assertRefused(budget, null, "The cap of $1 is reached: $1.1 are spent");
        assertThat(budget.budget.isExhausted()).isTrue();
        assertThat(budget.budget.view().stopped()).isTrue();
    }

    @Test
    void refusesATaskThatCanNeverGetWhatItMayCost() {
        TestingBudget budget = capped("1");
        spend(budget, "0.4");

        budget.budget.check(Money.usd("0.6"));

        assertRefused(
                budget,
                Money.usd("0.600000001"),
                "maxBudgetUsd is $0.600000001, but the budget has only $0.6 left for it");
    }

    @Test
    void isNotExhaustedWhileOthersMayGiveSomethingBack() {
        TestingBudget budget = capped("1");
        AttemptAccounts running = attemptAccounts();
        reserve(budget, running, "0.5");
        spend(budget, "1");

        assertThat(budget.budget.isExhausted()).isFalse();
        settle(budget, running, "0");
        assertThat(budget.budget.isExhausted()).isTrue();
    }

    @Test
    void aCapThatIsLoweredStopsTasksButDoesNotFailThem() {
        TestingBudget budget = capped("2");
        spend(budget, "1");

        budget.budget.changeCap(Money.usd("0.5"));

        assertThat(budget.reservations.quote(null, List.of())).isEqualTo(new ReservationDecision.AwaitsPool());
        assertThat(budget.budget.isExhausted()).isFalse();
        assertThat(budget.budget.view().reason())
                .isEqualTo(
                        "The cap of $0.5 was set when $1 were spent already; raise it, and the tasks that wait go on");
        budget.budget.changeCap(Money.usd("1.5"));
        assertThat(budget.reservations.quote(null, List.of())).satisfies(granted("0.5"));
        assertThat(budget.budget.view().reason()).isNull();
        budget.budget.changeCap(null);
        assertThat(budget.reservations.quote(null, List.of())).satisfies(granted("1"));
    }

    @Test
    void theCapThatWasSetHoldsUntilAnotherIsConfigured() {
        TestingBudget first = capped("5");
        first.budget.changeCap(Money.usd("7"));

        assertThat(capped("5").budget.view().capUsd()).isEqualTo(Money.usd("7"));
        assertThat(capped("5.00").budget.view().capUsd()).isEqualTo(Money.usd("7"));
        assertThat(capped("6").budget.view().capUsd()).isEqualTo(Money.usd("6"));
        assertThat(capped(null).budget.view().capUsd()).isNull();
        assertThat(replayedCaps(first)).containsExactly(Money.usd("5"), Money.usd("7"), Money.usd("6"), null);
    }

    @Test
    void eachDayBeginsWithNothingSpent() {
        database.clock().set(Instant.parse("2026-11-22T23:00:00Z"));
        TestingBudget budget = new TestingBudget(database, "1", Period.DAY);
        AttemptAccounts overMidnight = attemptAccounts();
        reserve(budget, overMidnight, "0.2");
        spend(budget, "0.9");
        assertThat(budget.reservations.quote(null, List.of())).isEqualTo(new ReservationDecision.AwaitsPool());
        spend(budget, "0.1");
        assertThat(budget.budget.isExhausted()).isFalse();
        assertThat(assertRefused(budget, null, "The cap of $1 is reached: $1 are spent")
                        .retryAfter())
                .hasValue(Duration.ofHours(1));

        database.clock().advance(Duration.ofHours(1));

        assertThat(budget.budget.view().spentUsd()).isEqualTo(Money.ZERO);
        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.usd("0.2"));
        assertThat(budget.reservations.quote(null, List.of())).satisfies(granted("0.8"));
        settle(budget, overMidnight, "0.15");
        assertThat(budget.budget.view().spentUsd()).isEqualTo(Money.usd("0.15"));
        assertThat(budget.budget.view().totalSpentUsd()).isEqualTo(Money.usd("1.15"));
        assertThat(budget.reservations.nextPeriod()).hasValue(Instant.parse("2026-11-24T00:00:00Z"));
    }

    @Test
    void anotherPeriodCountsWhatWasSpentInIt() {
        database.clock().set(Instant.parse("2026-11-21T12:00:00Z"));
        TestingBudget forever = capped("10");
        spend(forever, "2");
        database.clock().set(Instant.parse("2026-11-22T12:00:00Z"));
        spend(forever, "3");

        TestingBudget daily = new TestingBudget(database, "10", Period.DAY);
        TestingBudget monthly = new TestingBudget(database, "10", Period.MONTH);

        assertThat(daily.budget.view().spentUsd()).isEqualTo(Money.usd("3"));
        assertThat(monthly.budget.view().spentUsd()).isEqualTo(Money.usd("5"));
    }

    @Test
    void publishesEachChangeAndWarnsOnce() {
        TestingBudget budget = capped("1");

        List.of("0.7", "0.1", "0.16", "0.01").forEach(usd -> spend(budget, usd));
        spend(budget, "0");
        budget.budget.changeCap(Money.usd("2"));

        assertThat(changes())
                .extracting(data -> data.path("cause").asString() + " "
                        + data.path("spentUsd").decimalValue().toPlainString() + " "
                        + data.path("warningPercent").asInt(0))
                .containsExactly(
                        "cap 0 0", "spent 0.7 0", "spent 0.8 75", "spent 0.96 95", "spent 0.97 0", "cap 0.97 0");
    }

    @Test
    void everythingIsInTheCsv() throws Exception {
        TestingBudget budget = capped("1");
        AttemptAccounts attemptAccounts = attemptAccounts();
        reserve(budget, attemptAccounts, "0.5");
        settle(budget, attemptAccounts, "0.0000001");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new LedgerCsv(budget.reports).write(out);

        String at = database.clock().instant().toString();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(5)
                .first()
                .isEqualTo("seq,at,kind,taskId,attempt,slotId,reservedUsd,spentUsd,capUsd,costUsd,estimated,"
                        + "inputTokens,outputTokens,cacheReadTokens,cacheWriteTokens");
        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(2).map(line -> line.replace("\"", "")))
                .containsExactly(
                        "2," + at + ",CAP,,,,0,0,1,0,false,0,0,0,0",
                        "3," + at + ",RESERVED," + attemptAccounts.attempt().taskId()
                                + ",1,slot-0,0.5,0,,0,false,0,0,0,0",
                        "4," + at + ",SETTLED," + attemptAccounts.attempt().taskId()
                                + ",1,slot-0,-0.5,0.0000001,,0.0000001,false,100,20,0,0");
    }

    @Test
    void pagesThroughTheLedgerOfAllAndOfATask() {
        TestingBudget budget = capped(null);
        AttemptAccounts attemptAccounts = attemptAccounts();
        reserve(budget, attemptAccounts, "1");
        spend(budget, "0.1");
        settle(budget, attemptAccounts, "0.2");

        List<LedgerEntry> all = budget.reports.entriesBefore(Long.MAX_VALUE, null, 100);
        assertThat(all).hasSize(5).isSortedAccordingTo((a, b) -> Long.compare(b.seq(), a.seq()));
        assertThat(budget.reports.entriesBefore(all.get(1).seq(), null, 2)).isEqualTo(all.subList(2, 4));
        assertThat(budget.reports.entriesBefore(
                        Long.MAX_VALUE, attemptAccounts.attempt().taskId(), 100))
                .extracting(LedgerEntry::kind)
                .containsExactly(LedgerEntry.Kind.SETTLED, LedgerEntry.Kind.RESERVED);
    }

    @Test
    void aFlowWithoutACapGivesWhatIsWanted() {
        TestingBudget budget = capped(null);
        UUID flow = opened(budget, null);

        assertThat(budget.reservations.quote(Money.usd("7"), List.of(flow))).satisfies(granted("7"));
        assertThat(budget.reservations.quote(null, List.of(flow))).satisfies(granted("1"));
        assertThat(budget.flows.spent(flow)).isEqualTo(Money.ZERO);
    }

    @Test
    void whatIsReservedForAFlowIsGivenBackAndWhatItCostIsSpent() {
        TestingBudget budget = capped(null);
        UUID flow = opened(budget, "1.5");
        AttemptAccounts attemptAccounts = attemptAccounts(flow);

        reserve(budget, attemptAccounts, "1");

        assertThat(budget.reservations.quote(null, List.of(flow))).satisfies(granted("0.5"));
        assertThat(budget.flows.spent(flow)).isEqualTo(Money.ZERO);
        settle(budget, attemptAccounts, "0.3");
        assertThat(budget.reservations.quote(Money.usd("9"), List.of(flow))).satisfies(granted("1.2"));
        assertThat(budget.flows.spent(flow)).isEqualTo(Money.usd("0.3"));
        assertThat(budget.budget.total()).isEqualTo(Money.usd("0.3"));
    }

    @Test
    void aFlowIsAwaitedWhileItsOwnAttemptsHoldMostOfTheRest() {
        TestingBudget budget = capped(null);
        UUID flow = opened(budget, "1.499999999");
        UUID other = opened(budget, "1");
        AttemptAccounts attemptAccounts = attemptAccounts(flow);

        reserve(budget, attemptAccounts, "1");

        assertThat(budget.reservations.quote(null, List.of(flow))).isEqualTo(new ReservationDecision.AwaitsFlow(flow));
        assertThat(budget.reservations.quote(Money.usd("0.4"), List.of(flow))).satisfies(granted("0.4"));
        assertThat(budget.reservations.quote(null, List.of(other))).satisfies(granted("1"));
        assertThat(budget.reservations.quote(null, List.of())).satisfies(granted("1"));
        settle(budget, attemptAccounts, "1.4");
        assertThat(budget.reservations.quote(null, List.of(flow))).satisfies(granted("0.099999999"));
    }

    @Test
    void aFlowThatHasSpentItsMoneyGivesNothingWhateverComesBack() {
        TestingBudget budget = capped(null);
        UUID flow = opened(budget, "1");
        AttemptAccounts running = attemptAccounts(flow);
        reserve(budget, running, "0.5");

        spend(budget, attemptAccounts(flow), "1");

        assertThat(budget.reservations.quote(null, List.of(flow))).isEqualTo(new ReservationDecision.FlowSpent());
        settle(budget, running, "0.2");
        assertThat(budget.reservations.quote(Money.usd("0.000000001"), List.of(flow)))
                .isEqualTo(new ReservationDecision.FlowSpent());
        assertThat(budget.flows.spent(flow)).isEqualTo(Money.usd("1.2"));
        assertThat(budget.budget.isExhausted()).isFalse();
    }

    @Test
    void theSmallerOfTwoFlowsDecides() {
        TestingBudget budget = capped(null);
        UUID chain = opened(budget, "0.4");
        UUID fanOut = opened(budget, "0.7");

        assertThat(budget.reservations.quote(null, List.of(chain, fanOut))).satisfies(granted("0.4"));
        assertThat(budget.reservations.quote(null, List.of(fanOut, chain))).satisfies(granted("0.4"));
        spend(budget, attemptAccounts(fanOut), "0.4");
        assertThat(budget.reservations.quote(null, List.of(chain, fanOut))).satisfies(granted("0.3"));
        spend(budget, attemptAccounts(fanOut), "0.3");
        assertThat(budget.reservations.quote(null, List.of(chain, fanOut)))
                .isEqualTo(new ReservationDecision.FlowSpent());
        assertThat(budget.reservations.quote(null, List.of(chain))).satisfies(granted("0.4"));
    }

    @Test
    void theFlowWhoseMoneyOthersHoldIsNamed() {
        TestingBudget budget = capped(null);
        UUID chain = opened(budget, "5");
        UUID otherChain = opened(budget, "5");
        UUID fanOut = opened(budget, "1");

        reserve(budget, attemptAccounts(otherChain, fanOut), "1");

        assertThat(budget.reservations.quote(null, List.of(chain, fanOut)))
                .isEqualTo(new ReservationDecision.AwaitsFlow(fanOut));
        assertThat(budget.reservations.quote(null, List.of(otherChain))).satisfies(granted("1"));
    }

    @Test
    void allFlowsOfAnAttemptPayAndGetBack() {
        TestingBudget budget = capped("10");
        UUID chain = opened(budget, "1");
        UUID fanOut = opened(budget, "2");
        AttemptAccounts attemptAccounts = attemptAccounts(chain, fanOut);

        reserve(budget, attemptAccounts, "1");

        assertThat(budget.reservations.quote(null, List.of(chain)))
                .isEqualTo(new ReservationDecision.AwaitsFlow(chain));
        assertThat(budget.reservations.quote(Money.usd("2"), List.of(fanOut))).satisfies(granted("1"));
        assertThat(budget.budget.view().reservedUsd()).isEqualTo(Money.usd("1"));
        settle(budget, attemptAccounts, "0.25");
        assertThat(budget.reservations.quote(Money.usd("9"), List.of(chain))).satisfies(granted("0.75"));
        assertThat(budget.reservations.quote(Money.usd("9"), List.of(fanOut))).satisfies(granted("1.75"));
        assertThat(budget.budget.view().remainingUsd()).isEqualTo(Money.usd("9.75"));
    }

    @Test
    void theMoneyOfThePoolIsNotMadeMoreByThatOfAFlow() {
        TestingBudget budget = capped("1");
        UUID rich = opened(budget, "100");
        UUID poor = opened(budget, "0.1");
        AttemptAccounts running = attemptAccounts();
        reserve(budget, running, "0.3");

        assertThat(budget.reservations.quote(null, List.of(rich))).satisfies(granted("0.7"));
        assertThat(budget.reservations.quote(null, List.of(poor))).satisfies(granted("0.1"));
        reserve(budget, attemptAccounts(), "0.7");
        assertThat(budget.reservations.quote(null, List.of(rich))).isEqualTo(new ReservationDecision.AwaitsPool());
        assertThat(budget.reservations.quote(null, List.of(poor))).isEqualTo(new ReservationDecision.AwaitsPool());
    }

    @Test
    void theMoneyOfAFlowDoesNotComeAnewWithThePeriod() {
        database.clock().set(Instant.parse("2026-11-22T23:00:00Z"));
        TestingBudget budget = new TestingBudget(database, "10", Period.DAY);
        UUID flow = opened(budget, "1");
        spend(budget, attemptAccounts(flow), "1");

        database.clock().advance(Duration.ofDays(1));

        assertThat(budget.reservations.quote(null, List.of(flow))).isEqualTo(new ReservationDecision.FlowSpent());
        assertThat(budget.budget.view().spentUsd()).isEqualTo(Money.ZERO);
    }

    @Test
    void whatAFlowReservesIsRolledBackWithItsTransaction() {
        TestingBudget budget = capped(null);
        UUID flow = opened(budget, "1");

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    budget.reservations.reserve(attemptAccounts(flow), new ReservationDecision.Granted(Money.usd("1")));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(budget.reservations.quote(null, List.of(flow))).satisfies(granted("1"));
    }

    @Test
    void whatAFlowHasSpentStaysSpentWhenItIsClosed() {
        TestingBudget budget = capped("10");
        UUID flow = opened(budget, "1");
        UUID other = opened(budget, "2");
        spend(budget, attemptAccounts(flow), "0.4");

        database.transactions().writing(() -> budget.flows.delete(List.of(flow)));

        assertThat(budget.budget.total()).isEqualTo(Money.usd("0.4"));
        assertThatIllegalStateException().isThrownBy(() -> budget.flows.spent(flow));
        assertThat(budget.reservations.quote(Money.usd("9"), List.of(other))).satisfies(granted("2"));
    }

    private TestingBudget capped(@Nullable String cap) {
        return new TestingBudget(database, cap);
    }

    private AttemptAccounts attemptAccounts(UUID... flows) {
        return new AttemptAccounts(new AttemptId(database.ids().next(), 1), "slot-0", List.of(flows));
    }

    private UUID opened(TestingBudget budget, @Nullable String cap) {
        UUID flow = database.ids().next();
        database.transactions().writing(() -> budget.flows.open(flow, cap == null ? null : Money.usd(cap)));
        return flow;
    }

    private static Consumer<ReservationDecision> granted(String usd) {
        return decision -> assertThat(decision)
                .isInstanceOfSatisfying(
                        ReservationDecision.Granted.class,
                        granted -> assertThat(granted.money()).isEqualTo(Money.usd(usd)));
    }

    private void reserve(TestingBudget budget, AttemptAccounts attemptAccounts, String usd) {
        database.transactions()
                .writing(() ->
                        budget.reservations.reserve(attemptAccounts, new ReservationDecision.Granted(Money.usd(usd))));
    }

    private void settle(TestingBudget budget, AttemptAccounts attemptAccounts, String usd) {
        database.transactions().writing(() -> budget.reservations.settle(attemptAccounts, cost(usd), Set.of()));
    }

    private void spend(TestingBudget budget, String usd) {
        spend(budget, attemptAccounts(), usd);
    }

    private void spend(TestingBudget budget, AttemptAccounts attemptAccounts, String usd) {
        reserve(budget, attemptAccounts, "0.000000001");
        settle(budget, attemptAccounts, usd);
    }

    private static Spend cost(String usd) {
        return new Spend(Money.usd(usd), new Tokens(100, 20, 0, 0), false);
    }

    private static ProblemException assertRefused(TestingBudget budget, @Nullable Money limit, String why) {
        ProblemException problem = catchThrowableOfType(ProblemException.class, () -> budget.budget.check(limit));
        assertThat(problem.code()).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
        assertThat(problem).hasMessage(why);
        return problem;
    }

    private static Sums replayed(TestingBudget budget) {
        Sums sums = new Sums(Money.ZERO, Money.ZERO);
        for (LedgerEntry entry : budget.reports.entriesAfter(0, Integer.MAX_VALUE)) {
            sums = new Sums(sums.spent().plus(entry.spentUsd()), sums.reserved().plus(entry.reservedUsd()));
        }
        return sums;
    }

    private static List<@Nullable Money> replayedCaps(TestingBudget budget) {
        return budget.reports.entriesAfter(0, Integer.MAX_VALUE).stream()
                .filter(entry -> entry.kind() == LedgerEntry.Kind.CAP)
                .<@Nullable Money>map(LedgerEntry::capUsd)
                .toList();
    }

    private List<ObjectNode> changes() {
        return TestingEventLog.of(database).readAfter(0, new EventFilter.All(), 100).stream()
                .filter(event -> event.type() == EventType.BUDGET_CHANGED)
                .map(Event::data)
                .toList();
    }

    private record Sums(Money spent, Money reserved) {}
}
