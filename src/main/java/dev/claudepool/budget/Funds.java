package dev.claudepool.budget;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An amount that may be spent, and how much of it is reserved and spent. Immutable.
 *
 * <pre>
 *   |------------------------ cap -------------------------|
 *   |-- spent --|------- reserved -------|--- remaining ---|
 * </pre>
 *
 * No reservation lets {@code spent + reserved} pass the cap; a reply that was in flight when a reservation ran out may,
 * and so may a cap that is lowered.
 *
 * @param cap the most that may be spent; null for no cap
 * @param spent what was spent
 * @param reserved what is set aside for the attempts that run
 */
record Funds(@Nullable Money cap, Money spent, Money reserved) {

    /** A reservation is not made smaller than this part of what was wanted while money may still come back. */
    private static final int SMALLEST_PART = 2;

    static Funds of(@Nullable Money cap) {
        return new Funds(cap, Money.ZERO, Money.ZERO);
    }

    /** Returns what may still be reserved; null without a cap. */
    @Nullable
    Money remaining() {
        if (cap == null) {
            return null;
        }
        Money rest = cap.minus(spent).minus(reserved);
        return rest.isNegative() ? Money.ZERO : rest;
    }

    /**
     * Returns what can be set aside for somebody who wants {@code wanted}: that, or what remains; nothing while so
     * little remains that it is better to wait for what others give back.
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

    /** Returns whether everything is spent: nothing can come back from those that run. */
    boolean isSpent() {
        return cap != null && spent.compareTo(cap) >= 0;
    }

    Funds withReserved(Money more) {
        return new Funds(cap, spent, reserved.plus(more));
    }

    Funds settled(Money reservation, Money cost) {
        return new Funds(cap, spent.plus(cost), reserved.minus(reservation));
    }
}
