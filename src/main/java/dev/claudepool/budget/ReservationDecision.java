package dev.claudepool.budget;

import java.util.UUID;

/** Whether money can be reserved for an attempt now. */
public sealed interface ReservationDecision {

    /** This much can be reserved, within the transaction that asked. Only {@link Reservations#quote} grants. */
    final class Granted implements ReservationDecision {

        private final Money money;

        Granted(Money money) {
            this.money = money;
        }

        public Money money() {
            return money;
        }
    }

    /** Other attempts hold the pool's money, or it is spent: every task waits. */
    record AwaitsPool() implements ReservationDecision {}

    /** Other attempts of this chain or fan-out hold its money. */
    record AwaitsFlow(UUID flow) implements ReservationDecision {}

    /** The money of the chain or fan-out is spent, and none of it comes back. */
    record FlowSpent() implements ReservationDecision {}
}
