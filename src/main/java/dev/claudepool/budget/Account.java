package dev.claudepool.budget;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The account that all tasks draw on. Immutable.
 *
 * @param funds what may be spent in this period, is reserved, and is spent
 * @param frozen whether the cap was set to no more than was spent already: then tasks wait for a higher one
 * @param totalSpent what was ever spent
 * @param periodStart when this period began
 * @param warnedPercent the highest share of the cap of which was warned in this period
 */
record Account(Funds funds, boolean frozen, Money totalSpent, Instant periodStart, int warnedPercent) {

    private static final int[] WARNINGS = {100, 95, 75};

    @Nullable
    Money cap() {
        return funds.cap();
    }

    Money spentInPeriod() {
        return funds.spent();
    }

    Money reserved() {
        return funds.reserved();
    }

    @Nullable
    Money remaining() {
        return funds.remaining();
    }

    Optional<Money> reservation(Money wanted) {
        return funds.reservation(wanted);
    }

    boolean isSpent() {
        return funds.isSpent();
    }

    /** The share of the cap that was passed and not warned of yet, in percent; 0 when there is none. */
    int newWarning() {
        for (int percent : WARNINGS) {
            if (percent > warnedPercent && isPassed(percent)) {
                return percent;
            }
        }
        return 0;
    }

    private boolean isPassed(int percent) {
        Money cap = cap();
        return cap != null
                && spentInPeriod()
                                .toUsd()
                                .movePointRight(2)
                                .compareTo(cap.toUsd().multiply(BigDecimal.valueOf(percent)))
                        >= 0;
    }

    Account withReserved(Money more) {
        return new Account(funds.withReserved(more), frozen, totalSpent, periodStart, warnedPercent);
    }

    Account settled(Money reservation, Money cost) {
        return new Account(funds.settled(reservation, cost), frozen, totalSpent.plus(cost), periodStart, warnedPercent);
    }

    Account withCap(@Nullable Money newCap) {
        Funds capped = new Funds(newCap, spentInPeriod(), reserved());
        return new Account(capped, capped.isSpent(), totalSpent, periodStart, 0).withoutNewWarning();
    }

    /** Returns the account in another period, in which this much is spent. */
    Account inPeriod(Instant start, Money spentInIt) {
        Funds renewed = new Funds(cap(), spentInIt, reserved());
        return new Account(renewed, frozen && renewed.isSpent(), totalSpent, start, 0);
    }

    /** Returns the account with every passed share marked as warned of. */
    Account withoutNewWarning() {
        int percent = newWarning();
        return percent == 0 ? this : new Account(funds, frozen, totalSpent, periodStart, percent);
    }
}
