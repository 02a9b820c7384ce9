package dev.claudepool.budget;

import java.util.UUID;

/** What an attempt can be given now. */
public sealed interface ReservationDecision {

    /** So much can be set aside for it. */
    record Granted(Money money) implements ReservationDecision {}

    /** Others hold the pool's money, or it is spent: everything waits. */
    record AwaitsPool() implements ReservationDecision {}

    /** Others of this chain or fan-out hold the money of that. */
    record AwaitsFlow(UUID flow) implements ReservationDecision {}

    /** The money of its chain or fan-out is spent, and nothing of it comes back. */
    record FlowSpent() implements ReservationDecision {}
}
