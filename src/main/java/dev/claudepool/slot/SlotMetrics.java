package dev.claudepool.slot;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** The metrics of slots and their processes. */
@Component
class SlotMetrics {

    SlotMetrics(MeterRegistry registry, Slots slots) {
        for (SlotState.Name state : SlotState.Name.values()) {
            Gauge.builder("claude.pool.slots", slots, s -> count(s, state))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .description("Slots in each state")
                    .register(registry);
        }
        Gauge.builder("claude.pool.processes", slots, Slots::processCount)
                .description("Live claude processes")
                .register(registry);
    }

    private static long count(Slots slots, SlotState.Name state) {
        return slots.all().stream().filter(slot -> slot.state().name() == state).count();
    }
}
