package dev.claudepool.chain;

import dev.claudepool.flow.TestingFlows;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.store.TestingScheduler;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.template.OutputVars;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;

/** The parts of this package, put together over a test database as the application does it. */
public final class TestingChains {

    public final TestingFlows flows;
    public final TestingTasks tasks;
    public final ChainService service;
    public final ChainRemoval removal;
    final ChainListStore lists;
    private final TestDatabase database;

    /** @param kept how long chains are kept that have ended */
    public TestingChains(TestDatabase database, Duration kept) {
        this(database, kept, TestingScheduler.real());
    }

    /** @param scheduler runs what is done after a deadline */
    public TestingChains(TestDatabase database, Duration kept, Scheduler scheduler) {
        this.database = database;
        flows = new TestingFlows(database, scheduler);
        tasks = flows.tasks;
        ChainStore store = new ChainStore(database.jdbc(), database.json());
        ChainEvents events = new ChainEvents(
                tasks.log,
                tasks.budget.flows,
                new ChainMetrics(tasks.meters, database.clock()),
                database.transactions());
        ChainEngine engine = new ChainEngine(
                store,
                new StepRunner(
                        new StepTaskFactory(flows.flows),
                        flows.flows,
                        new OutputVars(database.json()),
                        database.clock()),
                flows.flows,
                events,
                flows.deadlines,
                tasks.changes,
                database.transactions(),
                database.clock());
        removal = new ChainRemoval(store, flows.removal(kept), tasks.budget.flows, tasks.idempotency, tasks.log);
        lists = new ChainListStore(database.jdbc(), database.dialect(), database.json());
        service = new ChainService(
                store,
                new NewChains(store, events, flows.flows, tasks.budget.flows, database.ids(), database.clock()),
                engine,
                flows.flows,
                tasks.idempotency,
                tasks.waiters,
                database.transactions());
    }

    /** A chain whose steps are queued one after the other. */
    Chain submitted(int steps, String key) {
        return service.submit(ofSteps(steps, ""), key, TestingTasks.CALLER);
    }

    /** A chain whose steps are all queued at once. */
    Chain parallel(int steps) {
        return service.submit(ofSteps(steps, ",\"needs\":[]"), UUID.randomUUID().toString(), TestingTasks.CALLER);
    }

    private ChainSpec ofSteps(int steps, String members) {
        String json = IntStream.range(0, steps)
                .mapToObj(step -> "{\"name\":\"s" + step + "\",\"prompt\":\"say hello\"" + members + "}")
                .toList()
                .toString();
        return database.json().readValue("{\"steps\":" + json + "}", ChainSpec.class);
    }
}
