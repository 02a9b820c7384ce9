package dev.claudepool.fanout;

import dev.claudepool.budget.Budget;
import dev.claudepool.store.Ids;
import dev.claudepool.store.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/** Makes fan-outs without their elements, in the caller's transaction. Thread-safe. */
@Component
class NewFanOuts {

    private final FanOutStore store;
    private final FanOutEvents events;
    private final Budget budget;
    private final Ids ids;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    NewFanOuts(
            FanOutStore store,
            FanOutEvents events,
            Budget budget,
            Ids ids,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.store = store;
        this.events = events;
        this.budget = budget;
        this.ids = ids;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    FanOut add(FanOutSpec spec) {
        FanOut fanOut = FanOut.accepted(
                ids.next(), spec, Instant.ofEpochMilli(clock.millis()), monotonicClock.after(Duration.ZERO));
        store.insert(fanOut);
        budget.open(fanOut.id(), spec.limit());
        events.changed(fanOut);
        return fanOut;
    }
}
