package dev.claudepool.budget;

import java.util.UUID;

/** What an attempt can be given now. */
public sealed interface Allotment {

    /** So much can be set aside for it. */
    record Granted(Money money) implements Allotment {}

    /** Others hold the pool's money, or it is spent: everything waits. */
    record AwaitsPool() implements Allotment {}

    /** Others of this chain or fan-out hold the money of that. */
    record AwaitsFlow(UUID flow) implements Allotment {}

    /** The money of its chain or fan-out is spent, and nothing of it comes back. */
    record FlowSpent() implements Allotment {}
}
