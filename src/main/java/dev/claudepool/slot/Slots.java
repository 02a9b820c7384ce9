package dev.claudepool.slot;

import dev.claudepool.budget.Spend;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.context.SharedContext;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.queue.IdleSlot;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The slots of this node: {@code slot-0}, {@code slot-1}, ... A slot that leaves stays listed until its task has ended.
 * Thread-safe.
 */
@Component
public class Slots {

    private static final String PREFIX = "slot-";
    private static final Duration STOPPING_RETRY = Duration.ofSeconds(10);

    private final SlotFactory factory;
    private final SlotStore store;
    private final LaunchSpecs specs;
    private final SpendOutsideTurns spendOutsideTurns;
    private final Transactions transactions;
    private final List<Slot> all = new CopyOnWriteArrayList<>();
    private final Set<Slot> leaving = ConcurrentHashMap.newKeySet();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    Slots(
            SlotFactory factory,
            SlotStore store,
            LaunchSpecs specs,
            SpendOutsideTurns spendOutsideTurns,
            SharedContext context,
            Transactions transactions) {
        this.factory = factory;
        this.store = store;
        this.specs = specs;
        this.spendOutsideTurns = spendOutsideTurns;
        this.transactions = transactions;
        context.onChange(() -> all.forEach(slot -> slot.refresh(SlotCause.CONTEXT_CHANGED)));
    }

    /** Calls {@code listener} for every change of a slot's state. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** All that are listed, by number. */
    public List<Slot> all() {
        return List.copyOf(all);
    }

    /** @throws ProblemException {@code slot-not-found} */
    Slot get(String id) {
        return all.stream()
                .filter(slot -> slot.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ProblemException(ProblemCode.SLOT_NOT_FOUND, "There is no slot of that id"));
    }

    /** Ends every process that an earlier instance of this service left, and returns their number. */
    public int endLeftovers() {
        return factory.endLeftovers();
    }

    /**
     * Changes the number of slots to {@code count}: new ones get the lowest free numbers; of the others, those without
     * a task leave first, then those with the highest numbers.
     */
    public synchronized void scaleTo(int count) {
        List<Slot> staying = staying();
        if (staying.size() < count) {
            add(count - staying.size());
        } else {
            staying.stream()
                    .sorted(Comparator.comparingInt((Slot slot) -> slot.state() instanceof SlotState.Busy ? 1 : 0)
                            .thenComparing(
                                    Comparator.comparingInt(Slots::number).reversed()))
                    .limit(staying.size() - (long) count)
                    .forEach(Slot::drain);
        }
    }

    private void add(int count) {
        Set<Integer> taken = new HashSet<>(all.stream().map(Slots::number).toList());
        List<Slot> added = IntStream.iterate(0, number -> number + 1)
                .filter(number -> !taken.contains(number))
                .limit(count)
                .mapToObj(number -> factory.make(PREFIX + number, new SlotListener()))
                .toList();
        all.addAll(added);
        all.sort(Comparator.comparingInt(Slots::number));
        added.forEach(Slot::start);
    }

    private List<Slot> staying() {
        return all.stream().filter(slot -> slot.state().takesTasks()).toList();
    }

    /**
     * Admits a new task.
     *
     * @throws ProblemException {@code no-slots-available} when no slot can ever take it
     */
    public void requireSlotFor(TaskSpec spec) {
        if (closed) {
            throw noSlots("The pool is stopping");
        }
        List<Slot> staying = staying();
        if (staying.stream().noneMatch(slot -> slot.asIdle().fits(spec))) {
            throw noSlots(
                    staying.stream().anyMatch(slot -> Objects.equals(slot.id(), spec.slot()))
                            ? "That slot does not have that role"
                            : spec.slot() != null ? "There is no slot of that id" : "No slot has that role");
        }
    }

    private static ProblemException noSlots(String detail) {
        return new ProblemException(ProblemCode.NO_SLOTS_AVAILABLE, detail).withRetryAfter(STOPPING_RETRY);
    }

    /** The slots that can take a task now. */
    public List<IdleSlot> idle() {
        return all.stream()
                .filter(slot -> slot.state() instanceof SlotState.Idle)
                .map(Slot::asIdle)
                .toList();
    }

    /**
     * Takes the idle slot that suits the task best: one that keeps the session's process, otherwise the one that has
     * been idle for longest. Call it in the transaction that claims the task; if that is rolled back, the slot is given
     * back.
     *
     * @return empty when no idle slot fits the task any more
     */
    public Optional<SlotLease> lease(Task task, RequestedSession requested) {
        return all.stream()
                .filter(slot -> slot.asIdle().fits(task.spec()))
                .sorted(Comparator.comparing((Slot slot) -> !keepsProcessOf(requested, slot))
                        .thenComparing(Slot::idleSince))
                .filter(slot -> take(slot, task))
                .findFirst()
                .map(slot -> lease(slot, task, requested));
    }

    private static boolean keepsProcessOf(RequestedSession requested, Slot slot) {
        return requested instanceof RequestedSession.Existing(UUID session)
                && slot.processes().holdsSession(session);
    }

    /** Arranges the undoing first: taking the slot may fail half-way, in a listener. */
    private boolean take(Slot slot, Task task) {
        transactions.afterRollback(() -> slot.abandon(task.id()));
        return slot.take(task.id());
    }

    private SlotLease lease(Slot slot, Task task, RequestedSession requested) {
        TaskConfig config = specs.config(slot.settings(), task.spec().config());
        LaunchSpec spec = specs.launch(slot.settings(), config);
        return new SlotLease(slot, this, task.id(), requested, config, spec, session(slot, spec, requested));
    }

    private SessionStart session(Slot slot, LaunchSpec spec, RequestedSession requested) {
        return switch (requested) {
            case RequestedSession.Existing(UUID session) -> new SessionStart.Resume(session);
            case RequestedSession.Interrupted(UUID session) -> new SessionStart.Resume(session);
            case RequestedSession.OfSlot() ->
                slot.session()
                        .<SessionStart>map(own -> new SessionStart.Resume(own.id()))
                        .orElseGet(() -> firstSession(slot, spec));
            case RequestedSession.Fresh(), RequestedSession.Gone() -> slot.freshSession(spec);
        };
    }

    /** Stores the slot's own session before anything happens in it. */
    private SessionStart firstSession(Slot slot, LaunchSpec spec) {
        SessionStart first = slot.freshSession(spec);
        transactions.afterRollback(() -> slot.setSession(null));
        store.saveSession(slot.id(), first.id());
        slot.setSession(new SlotSession(first.id(), false));
        return first;
    }

    /**
     * Notes, in the caller's transaction, that something was said in this session, if it is the own session of a slot.
     */
    public void sessionBegan(UUID session) {
        List<Slot> owners = all.stream()
                .filter(slot -> slot.session()
                        .filter(own -> own.id().equals(session) && !own.begun())
                        .isPresent())
                .toList();
        if (!owners.isEmpty()) {
            store.sessionBegun(session);
            transactions.afterCommit(() -> owners.forEach(slot -> slot.setSession(new SlotSession(session, true))));
        }
    }

    /** Returns whether a slot has this as its own session. */
    public boolean ownsSession(UUID session) {
        return store.has(session);
    }

    /** Returns whether a slot has this as its own session, or a process is in it. */
    public boolean isUsing(UUID session) {
        return ownsSession(session)
                || all.stream().anyMatch(slot -> slot.processes().isIn(session));
    }

    /** Ends the idle process of another slot that holds this session: a session has one process at a time. */
    void closeSessionOutside(Slot user, UUID session) {
        all.stream()
                .filter(slot -> !slot.equals(user) && slot.processes().holdsSession(session))
                .forEach(slot -> slot.processes().closeSessionProcess());
    }

    /** The number of live {@code claude} processes, those of slots that have left included. */
    int processCount() {
        return allWithProcesses().mapToInt(slot -> slot.processes().count()).sum();
    }

    private Stream<Slot> allWithProcesses() {
        return Stream.concat(all.stream(), leaving.stream());
    }

    /** Accepts no more tasks, for good; those that are queued may still run. */
    public void close() {
        closed = true;
    }

    /** Stops all slots; blocks until no process is left. */
    public void stop() throws InterruptedException {
        List<Thread> stops = new ArrayList<>();
        for (Slot slot : allWithProcesses().toList()) {
            stops.add(Thread.ofVirtual().start(() -> {
                try {
                    slot.stop();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread stop : stops) {
            stop.join();
        }
    }

    /** Lists a slot no more that has stopped; its processes are still being ended. */
    private void remove(Slot slot) {
        leaving.removeIf(Slot::isGone);
        leaving.add(slot);
        all.remove(slot);
    }

    private static int number(Slot slot) {
        return Integer.parseInt(slot.id().substring(PREFIX.length()));
    }

    /** Is called for every change of a slot's state, on the thread that made it; must be quick. */
    public interface Listener {
        void changed(Slot slot, SlotState state);
    }

    private final class SlotListener implements Slot.Listener {

        @Override
        public void changed(Slot slot, SlotState state) {
            if (state instanceof SlotState.Stopped && !closed) {
                remove(slot);
            }
            listeners.forEach(listener -> listener.changed(slot, state));
        }

        @Override
        public void workedOutsideTurns(Slot slot, Spend spend) {
            spendOutsideTurns.book(slot, spend);
        }
    }
}
