package dev.claudepool.dispatch;

import dev.claudepool.event.EventLog;
import dev.claudepool.queue.TestingQueue;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingScheduler;
import java.time.Duration;

/** The parts of this package, put together over a test database as the application does it. */
public final class TestingDispatch {

    public final ProviderGate provider;
    public final RunningAttempts attempts;
    final SessionLocks sessions = new SessionLocks();

    /** Does not run by itself. */
    public final Dispatcher dispatcher;

    public TestingDispatch(TestDatabase database, TestingQueue queue, Slots slots, EventLog log) {
        provider = new ProviderGate(queue.pause, database.monotonicClock());
        attempts = new RunningAttempts(
                queue.settlement,
                sessions,
                slots,
                provider,
                log,
                database.transactions(),
                TestingScheduler.real(),
                Duration.ofMillis(1));
        dispatcher = new Dispatcher(
                queue.claims,
                queue.clearing,
                slots,
                attempts,
                provider,
                log,
                database.transactions(),
                database.monotonicClock());
    }
}
