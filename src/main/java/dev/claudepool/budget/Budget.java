package dev.claudepool.budget;

import dev.claudepool.budget.LedgerEntry.Kind;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Service;

/**
 * The money of the pool: set aside before an attempt starts, spent when it has ended, and never forgotten. What is
 * reserved and spent moves only in the transaction that claims or settles, and with an entry in the ledger.
 * Thread-safe.
 */
@Service
public class Budget implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(Budget.class);

    private final BudgetProperties properties;
    private final AccountStore accounts;
    private final LedgerStore ledger;
    private final SpendStore spends;
    private final SubAccountStore subAccounts;
    private final BudgetEvents events;
    private final Transactions transactions;
    private final InstantSource clock;

    Budget(
            BudgetProperties properties,
            AccountStore accounts,
            LedgerStore ledger,
            SpendStore spends,
            SubAccountStore subAccounts,
            BudgetEvents events,
            Transactions transactions,
            InstantSource clock) {
        this.properties = properties;
        this.accounts = accounts;
        this.ledger = ledger;
        this.spends = spends;
        this.subAccounts = subAccounts;
        this.events = events;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The configured cap holds from the start at which it is another than before; until then, the one set since. */
    @Override
    public void afterSingletonsInstantiated() {
        Money cap = properties.cap();
        String configured = cap == null ? "" : cap.toUsd().toPlainString();
        transactions.writing(() -> {
            String before = accounts.configuredCap();
            if (!before.equals(configured)) {
                accounts.saveConfiguredCap(configured);
                if (cap != null || !before.equals(AccountStore.NEVER_SEEN)) {
                    setCap(cap);
                }
            }
        });
    }

    /**
     * Lets a new task pass. Call it in the transaction that queues the task.
     *
     * @param limit what the task may cost by its own account; null when it does not say
     * @throws ProblemException {@code budget-exceeded} when everything is spent, or so much can never be set aside
     */
    public void check(@Nullable Money limit) {
        Account account = current();
        Money cap = account.cap();
        if (cap == null) {
            return;
        }
        if (account.isSpent()) {
            throw exceeded(whySpent(account));
        }
        Money most = properties.period() == Period.FOREVER ? cap.minus(account.spentInPeriod()) : cap;
        if (limit != null && limit.compareTo(most) > 0) {
            throw exceeded("maxBudgetUsd is " + limit + ", but the budget has only " + most + " left for it");
        }
    }

    private ProblemException exceeded(String detail) {
        ProblemException problem = new ProblemException(ProblemCode.BUDGET_EXCEEDED, detail);
        return nextPeriod()
                .map(begin -> problem.withRetryAfter(Duration.between(clock.instant(), begin)))
                .orElse(problem);
    }

    /**
     * What can be set aside now for an attempt.
     *
     * @param limit what its task may cost by its own account; null when it does not say
     * @param flows the chain and the fan-out that have to pay, too
     */
    public ReservationDecision quote(@Nullable Money limit, Collection<UUID> flows) {
        Money wanted = limit == null ? properties.task() : limit;
        for (UUID flow : flows) {
            Funds funds = fundsOf(flow);
            Optional<Money> part = funds.reservation(wanted);
            if (part.isEmpty()) {
                boolean nothingComesBack = funds.isSpent() || funds.reserved().equals(Money.ZERO);
                return nothingComesBack
                        ? new ReservationDecision.FlowSpent()
                        : new ReservationDecision.AwaitsFlow(flow);
            }
            wanted = part.get();
        }
        return current()
                .reservation(wanted)
                .<ReservationDecision>map(ReservationDecision.Granted::new)
                .orElseGet(ReservationDecision.AwaitsPool::new);
    }

    /** Reserves what {@link #quote} granted for an attempt, in the transaction that claims its task. */
    public void reserve(AttemptAccounts attemptAccounts, ReservationDecision.Granted granted) {
        Money reservation = granted.money();
        accounts.save(current().withReserved(reservation));
        subAccounts.reserve(attemptAccounts.flows(), reservation);
        ledger.append(LedgerEntry.reserved(now(), attemptAccounts, reservation));
    }

    /** Notes what an attempt has cost so far, until it is settled: all that is known of it should this service die. */
    public void running(AttemptAccounts attemptAccounts, Spend soFar) {
        ledger.append(LedgerEntry.running(now(), attemptAccounts, soFar));
    }

    /** What an attempt had cost when that was last noted. */
    public Spend lastSeen(UUID taskId, int attempt) {
        return ledger.last(taskId, attempt, Kind.RUNNING).map(LedgerEntry::cost).orElse(Spend.NOTHING);
    }

    /**
     * Books the end of an attempt, in the transaction in which that is noted: gives its reservation back, and spends
     * what it has cost.
     *
     * @throws IllegalStateException when that was done before
     */
    public void settle(AttemptAccounts attemptAccounts, Spend cost, Collection<String> tags) {
        if (isSettled(attemptAccounts)) {
            throw new IllegalStateException(attemptAccounts + " was settled before");
        }
        Money reservation = ledger.last(attemptAccounts.taskId(), attemptAccounts.attempt(), Kind.RESERVED)
                .map(LedgerEntry::reservedUsd)
                .orElseGet(() -> {
                    log.error(
                            "The ledger has lost a reservation; only the cost is booked task={}",
                            attemptAccounts.taskId());
                    return Money.ZERO;
                });
        Account after = current().settled(reservation, cost.usd());
        ledger.deleteRunning(attemptAccounts.taskId(), attemptAccounts.attempt());
        ledger.append(LedgerEntry.settled(now(), attemptAccounts, reservation, cost));
        subAccounts.settle(attemptAccounts.flows(), reservation, cost.usd());
        share(attemptAccounts.slotId(), cost, tags);
        spent(after, cost);
    }

    /**
     * Books what a process has cost while it had no task. No reservation covers that, so it may pass the cap; then
     * tasks wait as they do for any spend.
     *
     * @param key names this spend: it is booked once, however often this is called
     * @return false when it was booked before
     */
    public boolean spendOutsideTurn(UUID key, String slotId, Spend cost) {
        if (ledger.has(key)) {
            return false;
        }
        Account after = current().settled(Money.ZERO, cost.usd());
        ledger.append(LedgerEntry.outsideTurn(now(), slotId, cost), key);
        share(slotId, cost, List.of());
        spent(after, cost);
        return true;
    }

    private void spent(Account after, Spend cost) {
        int warning = after.newWarning();
        Account told = after.withoutNewWarning();
        accounts.save(told);
        if (warning > 0) {
            log.warn("Budget is spent to {} % spent={} cap={}", warning, told.spentInPeriod(), told.cap());
        }
        if (warning > 0 || !cost.usd().equals(Money.ZERO)) {
            events.changed(view(told), "spent", warning);
        }
    }

    /** Whether the end of an attempt is booked. */
    public boolean isSettled(AttemptAccounts attemptAccounts) {
        return ledger.last(attemptAccounts.taskId(), attemptAccounts.attempt(), Kind.SETTLED)
                .isPresent();
    }

    /** Gives back what is still set aside; call it when no attempt is under way. */
    public void releaseAll() {
        Account account = current();
        if (!account.reserved().equals(Money.ZERO)) {
            log.error("Money was reserved for no attempt, and is released reserved={}", account.reserved());
            accounts.save(account.settled(account.reserved(), Money.ZERO));
        }
        subAccounts.releaseAll();
    }

    private void share(String slotId, Spend cost, Collection<String> tags) {
        if (cost.usd().equals(Money.ZERO) && cost.tokens().equals(Tokens.NONE)) {
            return;
        }
        spends.add(Dimension.SLOT, slotId, cost.usd(), cost.tokens());
        Set.copyOf(tags).forEach(tag -> spends.add(Dimension.TAG, tag, cost.usd(), cost.tokens()));
        cost.models().forEach((model, spend) -> spends.add(Dimension.MODEL, model, spend.spendUsd(), spend.tokens()));
    }

    /** Whether nothing is left, nor will be unless the cap is raised, so that what waits need wait no longer. */
    public boolean isExhausted() {
        Account account = current();
        return account.isSpent()
                && account.reserved().equals(Money.ZERO)
                && !account.frozen()
                && properties.period() == Period.FOREVER;
    }

    /** When the cap counts from nothing again. */
    public Optional<Instant> nextPeriod() {
        return properties.period().end(clock.instant(), properties.zoneId());
    }

    /** The cap, and how much is spent and reserved. */
    public BudgetView view() {
        return view(current());
    }

    /** What was ever spent. */
    public Money total() {
        return accounts.get().totalSpent();
    }

    /** What was spent at or after {@code since}. */
    public Money spentSince(Instant since) {
        return ledger.spentSince(since);
    }

    /** What a slot has cost in all. */
    public Money spentBySlot(String slotId) {
        return spends.of(Dimension.SLOT, slotId);
    }

    /** Begins the account of a chain or fan-out, which may spend so much in all; null for any amount. */
    public void open(UUID flow, @Nullable Money cap) {
        subAccounts.insert(flow, cap);
    }

    /** What the tasks of a chain or fan-out have cost. */
    public Money spentBy(UUID flow) {
        return fundsOf(flow).spent();
    }

    /** Forgets the accounts of chains and fan-outs that are forgotten themselves. */
    public void close(Collection<UUID> flows) {
        subAccounts.delete(flows);
    }

    private Funds fundsOf(UUID flow) {
        return subAccounts.find(flow).orElseThrow(() -> new IllegalStateException("There is no account for " + flow));
    }

    /** Changes the cap; null for none. Attempts that run keep what is set aside for them. */
    BudgetView changeCap(@Nullable Money cap) {
        return transactions.write(() -> view(setCap(cap)));
    }

    List<LedgerEntry> entriesBefore(long before, @Nullable UUID task, int limit) {
        return ledger.before(before, task, limit);
    }

    List<LedgerEntry> entriesAfter(long after, int limit) {
        return ledger.after(after, limit);
    }

    List<SpendShare> shares(Dimension dimension, String after, int limit) {
        return spends.after(dimension, after, limit);
    }

    private Account setCap(@Nullable Money cap) {
        Account after = current().withCap(cap);
        accounts.save(after);
        ledger.append(LedgerEntry.cap(now(), cap));
        events.changed(view(after), "cap", after.warnedPercent());
        log.info("Budget cap was set cap={} spent={} reserved={}", cap, after.spentInPeriod(), after.reserved());
        return after;
    }

    /** The account in the period that is now; that is stored with the next change. */
    private Account current() {
        Account stored = accounts.get();
        Instant start = properties.period().start(clock.instant(), properties.zoneId());
        return stored.periodStart().equals(start) ? stored : stored.inPeriod(start, ledger.spentSince(start));
    }

    private BudgetView view(Account account) {
        return new BudgetView(
                account.cap(),
                account.spentInPeriod(),
                account.reserved(),
                account.remaining(),
                properties.period(),
                nextPeriod().orElse(null),
                account.totalSpent(),
                account.isSpent(),
                account.isSpent() ? whySpent(account) : null);
    }

    private static String whySpent(Account account) {
        return account.frozen()
                ? "The cap of " + account.cap() + " was set when " + account.spentInPeriod()
                        + " were spent already; raise it, and the tasks that wait go on"
                : "The cap of " + account.cap() + " is reached: " + account.spentInPeriod() + " are spent";
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }
}
