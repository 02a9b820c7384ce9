package dev.claudepool.budget;

import dev.claudepool.budget.LedgerEntry.Kind;
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
import org.springframework.stereotype.Service;

/**
 * The money of attempts: reserved before an attempt starts, spent when it has ended, and never forgotten. What is
 * reserved and spent moves only in the transaction that claims or settles, and with an entry in the ledger.
 * Thread-safe.
 */
@Service
public class Reservations {

    private static final Logger log = LoggerFactory.getLogger(Reservations.class);

    private final BudgetProperties properties;
    private final CurrentAccount account;
    private final FlowAccountStore flowAccounts;
    private final LedgerStore ledger;
    private final SpendStore spends;
    private final BudgetEvents events;
    private final InstantSource clock;

    Reservations(
            BudgetProperties properties,
            CurrentAccount account,
            FlowAccountStore flowAccounts,
            LedgerStore ledger,
            SpendStore spends,
            BudgetEvents events,
            InstantSource clock) {
        this.properties = properties;
        this.account = account;
        this.flowAccounts = flowAccounts;
        this.ledger = ledger;
        this.spends = spends;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Returns what can be reserved now for an attempt.
     *
     * @param limit the maximum cost that its task sets itself; null if it sets none
     * @param flows the chain and the fan-out whose budgets it draws on, too
     */
    public ReservationDecision quote(@Nullable Money limit, Collection<UUID> flows) {
        Money wanted = limit == null ? properties.task() : limit;
        for (UUID flow : flows) {
            Funds funds = flowAccounts.funds(flow);
            Optional<Money> part = funds.reservation(wanted);
            if (part.isEmpty()) {
                boolean nothingComesBack = funds.isSpent() || funds.reserved().equals(Money.ZERO);
                return nothingComesBack
                        ? new ReservationDecision.FlowSpent()
                        : new ReservationDecision.AwaitsFlow(flow);
            }
            wanted = part.get();
        }
        return account.get()
                .reservation(wanted)
                .<ReservationDecision>map(ReservationDecision.Granted::new)
                .orElseGet(ReservationDecision.AwaitsPool::new);
    }

    /** Reserves what {@link #quote} granted for an attempt, in the transaction that claims its task. */
    public void reserve(AttemptAccounts attemptAccounts, ReservationDecision.Granted granted) {
        Money reservation = granted.money();
        account.save(account.get().withReserved(reservation));
        flowAccounts.reserve(attemptAccounts.flows(), reservation);
        ledger.append(LedgerEntry.reserved(clock.instant(), attemptAccounts, reservation));
        events.reserved();
    }

    /** Records what an attempt has cost so far. If this service dies, that is all it knows of the cost. */
    public void record(AttemptAccounts attemptAccounts, Spend soFar) {
        ledger.append(LedgerEntry.running(clock.instant(), attemptAccounts, soFar));
    }

    /** Returns the last recorded cost of an attempt that is not settled. */
    public Spend lastRecorded(AttemptId attempt) {
        return ledger.last(attempt, Kind.RUNNING).map(LedgerEntry::cost).orElse(Spend.NOTHING);
    }

    /**
     * Books the end of an attempt, in the transaction that stores the end: releases its reservation, and spends what it
     * has cost.
     *
     * @throws IllegalStateException if it was booked before
     */
    public void settle(AttemptAccounts attemptAccounts, Spend cost, Collection<String> tags) {
        if (isSettled(attemptAccounts.attempt())) {
            throw new IllegalStateException(attemptAccounts + " was settled before");
        }
        Money reservation = ledger.last(attemptAccounts.attempt(), Kind.RESERVED)
                .map(LedgerEntry::reservedUsd)
                .orElseGet(() -> {
                    log.error(
                            "The ledger has lost a reservation; only the cost is booked task={}",
                            attemptAccounts.attempt().taskId());
                    return Money.ZERO;
                });
        Account after = account.get().settled(reservation, cost.usd());
        ledger.deleteRunning(attemptAccounts.attempt());
        ledger.append(LedgerEntry.settled(clock.instant(), attemptAccounts, reservation, cost));
        flowAccounts.settle(attemptAccounts.flows(), reservation, cost.usd());
        share(attemptAccounts.slotId(), cost, tags);
        spent(after, cost);
    }

    /**
     * Books what a process has cost while it had no task. No reservation covers that, so it may exceed the cap; then
     * tasks wait as after any other spend.
     *
     * @param key names this spend: it is booked once, however often this is called
     * @return false if it was booked before
     */
    public boolean spendOutsideTurn(UUID key, String slotId, Spend cost) {
        if (ledger.has(key)) {
            return false;
        }
        Account after = account.get().settled(Money.ZERO, cost.usd());
        ledger.append(LedgerEntry.outsideTurn(clock.instant(), slotId, cost), key);
        share(slotId, cost, List.of());
        spent(after, cost);
        return true;
    }

    private void spent(Account after, Spend cost) {
        int warning = after.newWarning();
        Account warned = after.withoutNewWarning();
        account.save(warned);
        if (warning > 0) {
            log.warn("Budget is spent to {} % spent={} cap={}", warning, warned.spentInPeriod(), warned.cap());
        }
        if (warning > 0 || !cost.usd().equals(Money.ZERO)) {
            events.changed(account.view(warned), "spent", warning);
        }
    }

    /** Returns whether the end of an attempt is booked. */
    public boolean isSettled(AttemptId attempt) {
        return ledger.last(attempt, Kind.SETTLED).isPresent();
    }

    /** Releases everything that is still reserved; call it while no attempt is running. */
    public void releaseAll() {
        Account now = account.get();
        if (!now.reserved().equals(Money.ZERO)) {
            log.error("Money was reserved for no attempt, and is released reserved={}", now.reserved());
            account.save(now.settled(now.reserved(), Money.ZERO));
        }
        flowAccounts.releaseAll();
    }

    /**
     * Returns when the next period begins, so that the whole cap may be reserved again; empty when there is only one
     * period.
     */
    public Optional<Instant> nextPeriod() {
        return account.nextPeriod();
    }

    private void share(String slotId, Spend cost, Collection<String> tags) {
        if (cost.usd().equals(Money.ZERO) && cost.tokens().equals(Tokens.NONE)) {
            return;
        }
        spends.add(Dimension.SLOT, slotId, cost.usd(), cost.tokens());
        Set.copyOf(tags).forEach(tag -> spends.add(Dimension.TAG, tag, cost.usd(), cost.tokens()));
        cost.models().forEach((model, spend) -> spends.add(Dimension.MODEL, model, spend.spentUsd(), spend.tokens()));
    }
}
