package dev.claudepool.pool;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What Prometheus learns of slots and their processes. */
@Component
class PoolMetrics {

    PoolMetrics(MeterRegistry registry, PoolService pool) {
        for (SlotState.Name state : SlotState.Name.values()) {
            Gauge.builder("claude.pool.slots", pool, p -> count(p, state))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .description("Slots in each state")
                    .register(registry);
        }
        Gauge.builder("claude.pool.processes", pool, PoolService::processCount)
                .description("Live claude processes")
                .register(registry);
    }

    private static long count(PoolService pool, SlotState.Name state) {
        return pool.slots().stream()
                .filter(slot -> slot.state().name() == state)
                .count();
    }
}
