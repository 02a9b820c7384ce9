package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.task.Candidate;
import java.time.Duration;
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
class Slot {

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
    private volatile boolean spareWantedBesideTask;
    private volatile SlotSettings settings;
    private volatile @Nullable SlotSession session;
    private long tasksCompleted;
    private Money spend;

    Slot(
            String id,
            ClaudeLauncher launcher,
            LaunchSpecs specs,
            Recycling recycling,
            SlotSettings settings,
            @Nullable SlotSession session,
            Money spend,
            Listener listener,
            SpendOutsideTurns spendOutsideTurns,
            SlotHealth health,
            InstantSource clock) {
        this.id = id;
        this.specs = specs;
        this.recycling = recycling;
        this.settings = settings;
        this.session = session;
        this.spend = spend;
        this.listener = listener;
        this.health = health;
        this.clock = clock;
        this.processes = new SlotProcesses(id, launcher, this::processLost, cost -> spendOutsideTurns.book(this, cost));
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

    /** What the queue needs to know of it. */
    Candidate candidate() {
        return new Candidate(id, settings.role());
    }

    SlotSettings settings() {
        return settings;
    }

    /** Whether a process may be the slot's spare when it has forgotten its task. */
    boolean mayReuse(ClaudeProcess process) {
        return recycling.allows(process, standard());
    }

    /** What its spare must be. */
    LaunchSpec standard() {
        return specs.standard(settings);
    }

    /** The slot's own conversation, if it has one yet. */
    Optional<SlotSession> session() {
        return Optional.ofNullable(session);
    }

    void setSession(SlotSession session) {
        this.session = session;
    }

    void start() {
        supervisor.start();
    }

    /** From its next task on it is this. */
    void configure(SlotSettings settings) {
        this.settings = settings;
        refresh();
    }

    /** What its processes are to be launched with may have changed. */
    void refresh() {
        transition(() -> state instanceof SlotState.Idle && !processes.hasSpareFor(standard()) ? free() : state);
        supervisor.want();
    }

    /** Takes the slot for a task; only while it is idle. */
    boolean reserve(UUID taskId) {
        return transition(() -> {
            if (!(state instanceof SlotState.Idle idle)) {
                return state;
            }
            spareWantedBesideTask = false;
            return idle.reserved(taskId);
        });
    }

    /** The claim for which it was, or was to be, reserved did not come about. */
    void unreserve(UUID taskId) {
        if (taskId.equals(state().taskId())) {
            leave(() -> free());
        }
    }

    /** The next process may be started now: the task in this slot is past its start. */
    void wantSpare() {
        spareWantedBesideTask = true;
        supervisor.want();
    }

    /** The task in this slot has been settled. */
    void freed(Money spent, AttemptOutcome work) {
        try {
            spent(spent);
        } finally {
            leave(work);
        }
    }

    private void leave(AttemptOutcome work) {
        leave(() -> {
            tasksCompleted++;
            switch (work) {
                case DONE -> health.worked();
                case CRASHED -> health.crashed();
                case FAILED -> {}
            }
            return free();
        });
    }

    /** One of its processes has cost so much. */
    void spent(Money cost) {
        var _ = locked(() -> spend = spend.plus(cost));
    }

    private void leave(Supplier<SlotState> next) {
        transition(() -> switch (state) {
            case SlotState.Busy _ -> next.get();
            case SlotState.Draining _ -> {
                var _ = next.get();
                yield new SlotState.Stopped();
            }
            default -> state;
        });
        supervisor.want();
    }

    /** Where it stands without a task. Called with the lock held. */
    private SlotState free() {
        Optional<Failure> crashLoop = health.crashLoop();
        if (crashLoop.isPresent()) {
            return new SlotState.Failed(crashLoop.get());
        }
        if (processes.hasSpareFor(standard())) {
            return new SlotState.Idle(clock.instant());
        }
        return health.failedStart().<SlotState>map(SlotState.Failed::new).orElseGet(SlotState.Restarting::new);
    }

    /** Takes no more tasks, and ends with the one that is in it. */
    void drain() {
        transition(() -> switch (state) {
            case SlotState.Busy(UUID taskId) -> new SlotState.Draining(taskId);
            case SlotState.Draining draining -> draining;
            default -> new SlotState.Stopped();
        });
    }

    /** Ends everything of this slot; blocks until nothing is left. */
    void stop() throws InterruptedException {
        transition(SlotState.Stopped::new);
        processes.closeAll();
        supervisor.join();
    }

    /** Whether it has ended, and nothing of it is left. */
    boolean isGone() {
        return supervisor.hasEnded();
    }

    /** Whether a process may be started now: not beside the beginning of a task, nor beside a short one. */
    boolean mayStartSpare() {
        return spareWantedBesideTask || !(state() instanceof SlotState.Busy);
    }

    boolean takesNoMore() {
        return switch (state()) {
            case SlotState.Draining _, SlotState.Stopped _ -> true;
            default -> false;
        };
    }

    SlotView view() {
        return locked(() -> {
            UUID task = state.taskId();
            return new SlotView(
                    id,
                    state.name(),
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

    /** How long to wait before the next process is started or used, after those that failed. */
    Duration pauseBeforeStart() {
        return health.pauseBeforeStart();
    }

    /** A process came up; {@link #ready} says when it may be used. */
    void started() {
        health.started();
    }

    /** A process is there for the next task. */
    void ready() {
        transition(() -> switch (state) {
            case SlotState.Starting _, SlotState.Restarting _, SlotState.Failed _ ->
                new SlotState.Idle(clock.instant());
            default -> state;
        });
    }

    void startFailed(Failure failure) {
        transition(() -> {
            health.startFailed(failure);
            return switch (state) {
                case SlotState.Starting _, SlotState.Restarting _, SlotState.Idle _, SlotState.Failed _ ->
                    new SlotState.Failed(failure);
                default -> state;
            };
        });
        log.warn(
                "Process did not start slot={} code={} attempt={}",
                id,
                failure.code().code(),
                health.failedStarts());
    }

    private void processLost() {
        transition(() -> {
            health.crashed();
            return state instanceof SlotState.Idle && !processes.hasSpareFor(standard()) ? free() : state;
        });
        supervisor.want();
    }

    /** Changes the state and tells the listener, outside the lock; true when it changed. */
    private boolean transition(Supplier<SlotState> next) {
        SlotState before;
        SlotState after;
        lock.lock();
        try {
            before = state;
            after = before instanceof SlotState.Stopped ? before : next.get();
            state = after;
            if (!before.equals(after)) {
                pendingEvents.add(new Change(after, clock.instant()));
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

    /** The changes that have not been told. */
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

    /** When it became idle; the far future while it is not. */
    Instant idleSince() {
        return state() instanceof SlotState.Idle(Instant since) ? since : Instant.MAX;
    }

    /** A state it has come into, and when. */
    record Change(SlotState state, Instant at) {}

    /** What became of the work of a task, as far as it tells about the slot's health. */
    enum AttemptOutcome {
        DONE,
        FAILED,
        /** Its process died of itself. */
        CRASHED
    }

    /** Hears of every change of a slot's state, on the thread that made it. */
    interface Listener {
        void changed(Slot slot, SlotState state);
    }
}
