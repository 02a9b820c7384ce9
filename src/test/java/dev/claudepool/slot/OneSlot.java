package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.FakeCli;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.context.TestingContext;
import dev.claudepool.store.ManualScheduler;
import dev.claudepool.store.Signals;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.util.unit.DataSize;

/** A slot by itself, over fake processes; its pauses pass when the test runs what is scheduled. */
final class OneSlot implements AutoCloseable {

    final FakeCli cli = new FakeCli();
    final ManualScheduler scheduler;
    final Slot slot;
    final List<SlotState> states = new CopyOnWriteArrayList<>();
    final List<Spend> spendOutsideTurns = new CopyOnWriteArrayList<>();
    private final Signals signals = new Signals();

    OneSlot(TestDatabase database) {
        SlotProperties properties =
                new SlotProperties(cli.workingDirectory().toString(), SlotProperties.Isolation.PROCESS);
        this.scheduler = new ManualScheduler(database.clock());
        this.slot = new Slot(
                "slot-0",
                new SlotRecord(SlotSettings.NONE, null, Money.ZERO),
                cli.launcher(),
                new LaunchSpecs(
                        properties,
                        TestingSlots.defaults(TestingSpecs.properties(0)),
                        TestingSpecs.limits(),
                        TestingContext.of(database),
                        database.json()),
                new Recycling(properties, new RecycleProperties(3, Duration.ofHours(1), DataSize.ofGigabytes(1))),
                new SlotHealth(database.monotonicClock(), scheduler),
                new Listener(),
                database.clock());
    }

    /** Starts it, and waits until it is idle. */
    void startIdle() throws InterruptedException {
        slot.start();
        await(SlotState.Name.IDLE);
    }

    void await(SlotState.Name state) throws InterruptedException {
        signals.await("the slot is " + state, () -> slot.state().name() == state);
    }

    void awaitSpendOutsideTurns() throws InterruptedException {
        signals.await("work outside turns is told", () -> !spendOutsideTurns.isEmpty());
    }

    /** Takes the slot for a task, and its spare for the work. */
    ClaudeProcess work(UUID task) throws InterruptedException {
        if (!slot.take(task)) {
            throw new AssertionError("the slot is " + slot.state());
        }
        SessionStart session = slot.freshSession(slot.standard());
        return switch (slot.processes().acquire(slot.standard(), session)) {
            case LaunchResult.Ready(ClaudeProcess process) -> process;
            case LaunchResult.Failed(var failure) -> throw new AssertionError(failure.message());
        };
    }

    @Override
    public void close() {
        cli.close();
        try {
            slot.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Listener implements Slot.Listener {

        @Override
        public void changed(Slot changed, SlotState state) {
            states.add(state);
            signals.tell();
        }

        @Override
        public void workedOutsideTurns(Slot working, Spend spend) {
            spendOutsideTurns.add(spend);
            signals.tell();
        }
    }
}
