package dev.claudepool.fanout;

import dev.claudepool.chain.TestingChains;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingScheduler;
import dev.claudepool.submit.TestingTasks;
import java.time.Duration;

/** The parts of this package, put together over a test database as the application does it. */
final class TestingFanOuts {

    final TestingTasks tasks;
    final TestingChains chains;
    final FanOutService service;
    final FanOutRetries retries;
    final FanOutRemoval removal;
    final FanOutEngine engine;
    private final TestDatabase database;

    /** @param kept how long fan-outs are kept that have ended */
    TestingFanOuts(TestDatabase database, Duration kept) {
        this(database, kept, TestingScheduler.real());
    }

    /** @param scheduler runs what is done after a deadline */
    TestingFanOuts(TestDatabase database, Duration kept, Scheduler scheduler) {
        this.database = database;
        chains = new TestingChains(database, kept, scheduler);
        tasks = chains.tasks;
        FanOutStore store = new FanOutStore(database.jdbc(), database.json());
        FanOutEvents events = new FanOutEvents(
                tasks.log, tasks.budget.flows, new FanOutMetrics(tasks.meters), database.transactions());
        engine = new FanOutEngine(
                store,
                events,
                chains.flows.flows,
                chains.service,
                chains.flows.deadlines,
                tasks.changes,
                database.transactions(),
                database.clock());
        service = new FanOutService(
                store,
                new NewFanOuts(
                        store, events, tasks.budget.flows, database.ids(), database.monotonicClock(), database.clock()),
                engine,
                chains.flows.flows,
                chains.service,
                tasks.idempotency,
                tasks.waiters,
                database.transactions());
        retries = new FanOutRetries(service, chains.flows.flows, chains.service, tasks.budget.flows, tasks.reads);
        removal = new FanOutRemoval(
                store, chains.flows.removal(kept), chains.removal, tasks.budget.flows, tasks.idempotency, tasks.log);
    }

    /** @param spec in JSON, with apostrophes for quotation marks */
    FanOut submitted(String spec, String key) {
        return service.submit(
                        database.json().readValue(spec.replace('\'', '"'), FanOutSpec.class), key, TestingTasks.CALLER)
                .fanOut();
    }
}
