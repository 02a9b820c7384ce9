package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.event.PendingEvents;
import dev.claudepool.queue.IdleSlot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A place in which one {@code claude} process works: who it is, where it stands, what it did. Thread-safe. */
public class Slot {

    private static final Logger log = LoggerFactory.getLogger(Slot.class);

    private final String id;
    private final LaunchSpecs specs;
    private final Recycling recycling;
    private final Listener listener;
    private final InstantSource clock;
    private final SlotProcesses processes;
    private final SlotSupervisor supervisor;
    private final ReentrantLock lock = new ReentrantLock();
    private final SlotHealth health;
    private final PendingEvents<Change> pendingEvents = new PendingEvents<>();
    private SlotState state = new SlotState.Starting();
    private Instant since;
    private boolean refreshing;
    private volatile boolean spareWantedBesideTask;
    private volatile SlotSettings settings;
    private volatile @Nullable SlotSession session;
    private long tasksCompleted;
    private Money spend;

    Slot(
            String id,
            SlotRecord stored,
            ClaudeLauncher launcher,
            LaunchSpecs specs,
            Recycling recycling,
            SlotHealth health,
            Listener listener,
            InstantSource clock) {
        this.id = id;
        this.settings = stored.settings();
        this.session = stored.session();
        this.spend = stored.spend();
        this.specs = specs;
        this.recycling = recycling;
        this.listener = listener;
        this.health = health;
        this.clock = clock;
        this.since = clock.instant();
        this.processes =
                new SlotProcesses(id, launcher, this::onProcessLost, cost -> listener.workedOutsideTurns(this, cost));
        this.supervisor = new SlotSupervisor(this, processes);
    }

    String id() {
        return id;
    }

    SlotProcesses processes() {
        return processes;
    }

    SlotState state() {
        return locked(() -> state);
    }

    /** The slot as the queue sees it while it is idle. */
    IdleSlot asIdle() {
        return new IdleSlot(id, settings.role());
    }

    SlotSettings settings() {
        return settings;
    }

    /** Returns whether a process may serve as the slot's spare once it has forgotten its task. */
    boolean mayRecycle(ClaudeProcess process) {
        return recycling.allows(process, standard());
    }

    /** The launch spec of this slot's spare process. */
    LaunchSpec standard() {
        return specs.standard(settings);
    }

    /** A new session: that of the spare where it can serve {@code spec}, so that the task gets just that process. */
    SessionStart freshSession(LaunchSpec spec) {
        return new SessionStart.Fresh(processes.spareFor(spec).orElseGet(UUID::randomUUID));
    }

    /** The slot's own session, if it has one yet. */
    Optional<SlotSession> session() {
        return Optional.ofNullable(session);
    }

    void setSession(@Nullable SlotSession session) {
        this.session = session;
    }

    void start() {
        supervisor.start();
    }

    /** Applies new settings, starting with the slot's next task. */
    void configure(SlotSettings settings) {
        this.settings = settings;
        refresh(SlotCause.CONFIGURED);
    }

    /** Replaces the spare where the launch spec has changed. */
    void refresh(SlotCause cause) {
        transition(cause, () -> {
            refreshing |= !processes.hasSpareFor(standard());
            return state instanceof SlotState.Idle && refreshing ? vacant() : state;
        });
        supervisor.requestSpare();
    }

    /** Takes the slot for a task; false when it is not idle. */
    boolean take(UUID taskId) {
        return transition(SlotCause.TASK_STARTED, () -> {
            SlotState taken = state.taken(taskId);
            spareWantedBesideTask &= taken.equals(state);
            return taken;
        });
    }

    /** Gives the slot back, if it was taken for this task: the claim did not come about. */
    void abandon(UUID taskId) {
        if (taskId.equals(state().taskId())) {
            transition(SlotCause.TASK_WITHDRAWN, () -> state.released(this::vacant));
            supervisor.requestSpare();
        }
    }

    /** Starts the next process beside the task in this slot. */
    void startSpareBesideTask() {
        spareWantedBesideTask = true;
        supervisor.requestSpare();
    }

    /** Gives the slot back after an attempt. */
    void release(Money spent, AttemptOutcome outcome) {
        addSpend(spent);
        transition(SlotCause.TASK_ENDED, () -> {
            tasksCompleted++;
            switch (outcome) {
                case COMPLETED -> health.completed();
                case CRASHED -> health.crashed();
                case FAILED -> {}
            }
            return state.released(this::vacant);
        });
        supervisor.requestSpare();
    }

    /** Adds to what the slot's processes have cost. */
    void addSpend(Money cost) {
        var _ = locked(() -> spend = spend.plus(cost));
    }

    /** The state without a task. Called with the lock held. */
    private SlotState vacant() {
        Optional<Failure> crashLoop = health.crashLoop();
        if (crashLoop.isPresent()) {
            return new SlotState.Failed(crashLoop.get());
        }
        if (processes.hasSpareFor(standard())) {
            return new SlotState.Idle(clock.instant());
        }
        return health.failedStart()
                .<SlotState>map(SlotState.Failed::new)
                .orElseGet(refreshing ? SlotState.Refreshing::new : SlotState.Restarting::new);
    }

    /** Takes no more tasks; stops once the task that is in it has ended. */
    void drain() {
        transition(SlotCause.REMOVED, () -> state.drained());
    }

    /** Ends everything of this slot; blocks until nothing is left. */
    void stop() throws InterruptedException {
        transition(SlotCause.STOPPED, SlotState.Stopped::new);
        processes.closeAll();
        supervisor.join();
    }

    /** Returns whether it has ended, and nothing of it is left. */
    boolean isGone() {
        return supervisor.hasEnded();
    }

    /** Returns whether a process may be started now: not beside the beginning of a task, nor beside a short one. */
    boolean mayStartSpare() {
        return spareWantedBesideTask || !(state() instanceof SlotState.Busy);
    }

    public SlotView view() {
        return locked(() -> {
            UUID task = state.taskId();
            return new SlotView(
                    id,
                    state.name(),
                    since,
                    settings.name(),
                    settings.role(),
                    settings.description(),
                    settings.config().withoutSecrets(),
                    task == null ? 0 : 1,
                    task,
                    tasksCompleted,
                    spend,
                    session().map(SlotSession::id).orElse(null),
                    null,
                    health.restarts());
        });
    }

    /**
     * Runs {@code next} when the next process may be started or used again, after those that failed; returns false, and
     * runs nothing, if that is now.
     */
    boolean pausesBefore(Runnable next) {
        return health.pausesBefore(next);
    }

    /** A process came up; {@link #ready} says when it may be used. */
    void started() {
        health.started();
    }

    /** A process is ready for the next task. */
    void ready() {
        transition(SlotCause.PROCESS_READY, () -> {
            refreshing = false;
            return state.ready(clock.instant());
        });
    }

    void startFailed(Failure failure) {
        transition(SlotCause.START_FAILED, () -> {
            health.startFailed(failure);
            return state.startFailed(failure);
        });
        log.warn(
                "Process did not start slot={} code={} attempt={}",
                id,
                failure.code().code(),
                health.failedStarts());
    }

    private void onProcessLost() {
        transition(SlotCause.PROCESS_LOST, () -> {
            health.crashed();
            return state instanceof SlotState.Idle && !processes.hasSpareFor(standard()) ? vacant() : state;
        });
        supervisor.requestSpare();
    }

    /** Changes the state and calls the listener, outside the lock; true when it changed. */
    private boolean transition(SlotCause cause, Supplier<SlotState> next) {
        SlotState before;
        SlotState after;
        lock.lock();
        try {
            before = state;
            after = before instanceof SlotState.Stopped ? before : next.get();
            state = after;
            if (!before.equals(after)) {
                since = clock.instant();
                pendingEvents.add(change(cause));
            }
        } finally {
            lock.unlock();
        }
        if (before.equals(after)) {
            return false;
        }
        if (after instanceof SlotState.Stopped) {
            supervisor.stop();
        }
        listener.changed(this, after);
        return true;
    }

    /** The changes that are not published yet. */
    PendingEvents<Change> pendingEvents() {
        return pendingEvents;
    }

    private <T> T locked(Supplier<T> access) {
        lock.lock();
        try {
            return access.get();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when it became idle; the far future while it is not. */
    Instant idleSince() {
        return state() instanceof SlotState.Idle(Instant since) ? since : Instant.MAX;
    }

    /** Returns its present state, to be told again for {@code cause}. */
    Change presently(SlotCause cause) {
        return locked(() -> change(cause));
    }

    /** Called with the lock held. */
    private Change change(SlotCause cause) {
        return new Change(state, cause, since, tasksCompleted, spend, health.restarts());
    }

    /** A state that it is in, why and since when, and what it had done by then. */
    record Change(SlotState state, SlotCause cause, Instant since, long tasksCompleted, Money spent, int restarts) {}

    /** How an attempt ended, as far as it matters to the slot's health. */
    enum AttemptOutcome {
        COMPLETED,
        FAILED,
        /** The process died by itself. */
        CRASHED
    }

    /** Is called on the thread that caused the call, outside the slot's lock. */
    interface Listener {
        /** The slot has come into {@code state}. */
        void changed(Slot slot, SlotState state);

        /** A process of the slot worked without a task, and was ended. */
        void workedOutsideTurns(Slot slot, Spend spend);
    }
}
