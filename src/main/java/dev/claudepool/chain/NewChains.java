package dev.claudepool.chain;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.store.Ids;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes chains that do not begin yet, in the caller's transaction. Thread-safe. */
@Component
class NewChains {

    private final ChainStore store;
    private final ChainEvents events;
    private final FlowTasks tasks;
    private final FlowAccountStore accounts;
    private final Ids ids;
    private final InstantSource clock;

    NewChains(
            ChainStore store,
            ChainEvents events,
            FlowTasks tasks,
            FlowAccountStore accounts,
            Ids ids,
            InstantSource clock) {
        this.store = store;
        this.events = events;
        this.tasks = tasks;
        this.accounts = accounts;
        this.ids = ids;
        this.clock = clock;
    }

    Chain add(ChainSpec spec, @Nullable UUID fanOutId) {
        Chain chain = Chain.accepted(ids.next(), spec, fanOutId, clock.instant());
        store.insert(chain);
        accounts.open(chain.id(), spec.limit());
        tasks.keep(chain.id(), chain.spec().namedSessions());
        events.accepted(chain);
        return chain;
    }
}
