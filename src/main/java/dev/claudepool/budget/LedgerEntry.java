package dev.claudepool.budget;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One movement of money, or a fact about it. The sums of {@code reservedUsd} and {@code spentUsd} over all entries are
 * what is reserved and was ever spent.
 *
 * @param seq grows with every entry; 0 before it is stored
 * @param kind what happened
 * @param taskId whose money it is; null for the cap, and for work without a task
 * @param attempt counts how often a slot took the task, from 1
 * @param reservedUsd the change of the reserved amount
 * @param spentUsd the change of the spent amount
 * @param capUsd the new cap, of {@code CAP} only; null for no cap
 * @param costUsd what the attempt has cost so far ({@code RUNNING}), or in all ({@code SETTLED}), or the work without a
 *     task ({@code OUTSIDE_TURN})
 * @param estimated whether the CLI ended without a final account, so that the cost is the last figure seen
 * @param tokens the tokens behind the cost
 * @param models the cost by model
 */
record LedgerEntry(
        long seq,
        Instant at,
        Kind kind,
        @Nullable UUID taskId,
        @Nullable Integer attempt,
        @Nullable String slotId,
        Money reservedUsd,
        Money spentUsd,
        @Nullable Money capUsd,
        Money costUsd,
        boolean estimated,
        Tokens tokens,
        Map<String, ModelSpend> models) {

    /** The kinds of entries. */
    @Schema(enumAsRef = true, name = "LedgerEntryKind")
    enum Kind {
        /** The spend from before there was a ledger. */
        OPENED,
        /** The cap was set. */
        CAP,
        /** Money was set aside for an attempt, as a slot took the task. */
        RESERVED,
        /** The cost of a running attempt so far; changes no amount. */
        RUNNING,
        /** An attempt has ended: its reservation is given back, and its cost is spent. */
        SETTLED,
        /** The cost of a process that worked without a task. */
        OUTSIDE_TURN,
        /** A kind that only a newer version knows. */
        OTHER
    }

    static LedgerEntry cap(Instant at, @Nullable Money cap) {
        return new LedgerEntry(
                0,
                at,
                Kind.CAP,
                null,
                null,
                null,
                Money.ZERO,
                Money.ZERO,
                cap,
                Money.ZERO,
                false,
                Tokens.NONE,
                Map.of());
    }

    static LedgerEntry reserved(Instant at, AttemptAccounts attemptAccounts, Money reservation) {
        return of(at, Kind.RESERVED, attemptAccounts, reservation, Money.ZERO, Spend.NOTHING);
    }

    static LedgerEntry running(Instant at, AttemptAccounts attemptAccounts, Spend soFar) {
        return of(at, Kind.RUNNING, attemptAccounts, Money.ZERO, Money.ZERO, soFar);
    }

    static LedgerEntry settled(Instant at, AttemptAccounts attemptAccounts, Money reservation, Spend cost) {
        return of(at, Kind.SETTLED, attemptAccounts, Money.ZERO.minus(reservation), cost.usd(), cost);
    }

    static LedgerEntry outsideTurn(Instant at, String slotId, Spend cost) {
        return new LedgerEntry(
                0,
                at,
                Kind.OUTSIDE_TURN,
                null,
                null,
                slotId,
                Money.ZERO,
                cost.usd(),
                null,
                cost.usd(),
                cost.estimated(),
                cost.tokens(),
                cost.models());
    }

    private static LedgerEntry of(
            Instant at, Kind kind, AttemptAccounts attemptAccounts, Money reserved, Money spent, Spend cost) {
        return new LedgerEntry(
                0,
                at,
                kind,
                attemptAccounts.attempt().taskId(),
                attemptAccounts.attempt().epoch(),
                attemptAccounts.slotId(),
                reserved,
                spent,
                null,
                cost.usd(),
                cost.estimated(),
                cost.tokens(),
                cost.models());
    }

    Spend cost() {
        return new Spend(costUsd, tokens, estimated, models);
    }
}
