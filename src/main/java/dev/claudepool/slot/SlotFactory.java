package dev.claudepool.slot;

import dev.claudepool.budget.SpendReports;
import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.store.Scheduler;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/** Makes slots from what is stored about them, and ends the processes of an earlier instance. Thread-safe. */
@Component
class SlotFactory {

    private final ClaudeLauncher launcher;
    private final LaunchSpecs specs;
    private final Recycling recycling;
    private final SlotStore store;
    private final SpendReports spendReports;
    private final Scheduler scheduler;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;

    SlotFactory(
            ClaudeLauncher launcher,
            LaunchSpecs specs,
            Recycling recycling,
            SlotStore store,
            SpendReports spendReports,
            Scheduler scheduler,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.launcher = launcher;
        this.specs = specs;
        this.recycling = recycling;
        this.store = store;
        this.spendReports = spendReports;
        this.scheduler = scheduler;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    /** Makes a slot without a process; {@link Slot#start()} starts the first. */
    Slot make(String id, Slot.Listener listener) {
        SlotRecord stored =
                new SlotRecord(store.settingsOf(id), store.sessionOf(id).orElse(null), spendReports.spentBySlot(id));
        return new Slot(
                id, stored, launcher, specs, recycling, new SlotHealth(monotonicClock, scheduler), listener, clock);
    }

    /** Ends every process that an earlier instance of this service left, and returns their number. */
    int endLeftovers() {
        return launcher.endLeftovers();
    }
}
