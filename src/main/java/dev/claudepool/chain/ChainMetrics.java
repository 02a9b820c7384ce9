package dev.claudepool.chain;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What Prometheus learns of chains: how they ended. */
@Component
class ChainMetrics {

    private final MeterRegistry registry;

    ChainMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Chain.State state : Chain.State.values()) {
            if (state != Chain.State.RUNNING) {
                finished(state);
            }
        }
    }

    void ended(Chain chain) {
        finished(chain.state()).increment();
    }

    private Counter finished(Chain.State state) {
        return Counter.builder("claude.pool.chains.finished")
                .tag("outcome", state.name().toLowerCase(Locale.ROOT))
                .description("Chains that have ended since the start")
                .register(registry);
    }
}
