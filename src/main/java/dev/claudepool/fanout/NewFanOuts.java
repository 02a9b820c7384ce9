package dev.claudepool.fanout;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.store.Ids;
import dev.claudepool.store.MonotonicClock;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/** Makes fan-outs without their elements, in the caller's transaction. Thread-safe. */
@Component
class NewFanOuts {

    private final FanOutStore store;
    private final FanOutEvents events;
    private final FlowAccountStore accounts;
    private final Ids ids;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    NewFanOuts(
            FanOutStore store,
            FanOutEvents events,
            FlowAccountStore accounts,
            Ids ids,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.store = store;
        this.events = events;
        this.accounts = accounts;
        this.ids = ids;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    FanOut add(FanOutRequest request) {
        FanOut fanOut = FanOut.accepted(ids.next(), request, clock.instant(), monotonicClock.after(Duration.ZERO));
        store.insert(fanOut);
        accounts.open(fanOut.id(), request.spec().limit());
        events.changed(fanOut);
        return fanOut;
    }
}
