package dev.claudepool.fanout;

import dev.claudepool.flow.FlowState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** The metrics of fan-outs: how they ended. */
@Component
class FanOutMetrics {

    private final MeterRegistry registry;

    FanOutMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (FlowState state : FlowState.values()) {
            if (state.isFinal()) {
                finished(state);
            }
        }
    }

    void ended(FanOut fanOut) {
        finished(fanOut.state()).increment();
    }

    private Counter finished(FlowState state) {
        return Counter.builder("claude.pool.fanouts.finished")
                .tag("outcome", state.name().toLowerCase(Locale.ROOT))
                .description("Fan-outs that have ended since the start")
                .register(registry);
    }
}
