package dev.claudepool.budget;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks draw on. Immutable.
 *
 * <pre>
 *   |------------------------ cap -------------------------|
 *   |-- spent --|------- reserved -------|--- remaining ---|
 * </pre>
 *
 * No reservation lets {@code spent + reserved} pass the cap; a reply that was in flight when a reservation ran out may,
 * and so may a cap that is lowered.
 *
 * @param cap the most that may be spent in a period; null for no cap
 * @param held whether the cap was set to no more than was spent already: then tasks wait for a higher one
 * @param spent what was spent in this period
 * @param reserved what is set aside for the attempts that run
 * @param total what was ever spent
 * @param periodStart when this period began
 * @param warnedPercent the highest share of the cap of which was warned in this period
 */
record Account(
        @Nullable Money cap,
        boolean held,
        Money spent,
        Money reserved,
        Money total,
        Instant periodStart,
        int warnedPercent) {

    /** A reservation is not made smaller than this part of what was wanted while money may still come back. */
    private static final int SMALLEST_PART = 2;

    private static final int[] WARNINGS = {100, 95, 75};

    /** What may still be reserved; null without a cap. */
    @Nullable
    Money remaining() {
        if (cap == null) {
            return null;
        }
        Money rest = cap.minus(spent).minus(reserved);
        return rest.isNegative() ? Money.ZERO : rest;
    }

    /**
     * What can be set aside for somebody who wants {@code wanted}: that, or what remains; nothing while so little
     * remains that it is better to wait for what others give back.
     */
    Optional<Money> reservation(Money wanted) {
        Money remaining = remaining();
        if (remaining == null || remaining.compareTo(wanted) >= 0) {
            return Optional.of(wanted);
        }
        boolean enough = reserved.equals(Money.ZERO)
                ? remaining.compareTo(Money.ZERO) > 0
                : remaining.nanos() >= wanted.nanos() / SMALLEST_PART && remaining.compareTo(Money.ZERO) > 0;
        return enough ? Optional.of(remaining) : Optional.empty();
    }

    /** Whether everything is spent: nothing can come back from those that run. */
    boolean isSpent() {
        return cap != null && spent.compareTo(cap) >= 0;
    }

    /** The share of the cap that was passed and not warned of yet, in percent; 0 when there is none. */
    int newWarning() {
        if (cap == null) {
            return 0;
        }
        for (int percent : WARNINGS) {
            if (percent > warnedPercent && isPassed(percent)) {
                return percent;
            }
        }
        return 0;
    }

    private boolean isPassed(int percent) {
        return cap != null
                && spent.toUsd().movePointRight(2).compareTo(cap.toUsd().multiply(BigDecimal.valueOf(percent))) >= 0;
    }

    Account withReserved(Money more) {
        return new Account(cap, held, spent, reserved.plus(more), total, periodStart, warnedPercent);
    }

    Account settled(Money reservation, Money cost) {
        return new Account(
                cap, held, spent.plus(cost), reserved.minus(reservation), total.plus(cost), periodStart, warnedPercent);
    }

    Account withCap(@Nullable Money newCap) {
        boolean tooLow = newCap != null && spent.compareTo(newCap) >= 0;
        return new Account(newCap, tooLow, spent, reserved, total, periodStart, 0).withoutNewWarning();
    }

    /** In a period of which so much is spent. */
    Account inPeriod(Instant start, Money spentInIt) {
        boolean tooLow = held && cap != null && spentInIt.compareTo(cap) >= 0;
        return new Account(cap, tooLow, spentInIt, reserved, total, start, 0);
    }

    /** Has been warned of all that was passed. */
    Account withoutNewWarning() {
        int percent = newWarning();
        return percent == 0 ? this : new Account(cap, held, spent, reserved, total, periodStart, percent);
    }
}
