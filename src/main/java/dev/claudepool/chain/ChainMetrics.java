package dev.claudepool.chain;

import dev.claudepool.flow.FlowState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The metrics of chains: how they ended. */
@Component
class ChainMetrics {

    private final MeterRegistry registry;
    private final Instant start;

    /** The chains that were counted and are retried now. */
    private final Set<UUID> retried = ConcurrentHashMap.newKeySet();

    ChainMetrics(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.start = clock.instant();
        for (FlowState state : FlowState.values()) {
            if (state.isFinal()) {
                finished(state);
            }
        }
    }

    /** Counts a chain once, however often it is retried. */
    void ended(Chain chain) {
        if (!retried.remove(chain.id())) {
            finished(chain.state()).increment();
        }
    }

    /** A chain that has failed goes on; its failure was counted, unless it was before the start of this service. */
    void retried(Chain failed) {
        Instant finishedAt = failed.phase().finishedAt();
        if (finishedAt != null && !finishedAt.isBefore(start)) {
            retried.add(failed.id());
        }
    }

    private Counter finished(FlowState state) {
        return Counter.builder("claude.pool.chains.finished")
                .tag("outcome", state.name().toLowerCase(Locale.ROOT))
                .description("Chains that have ended since the start, each by its first end")
                .register(registry);
    }
}
