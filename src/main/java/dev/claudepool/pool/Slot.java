package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.Launch;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.task.BackOff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place in which one {@code claude} process works. Its keeper, a virtual thread, sees to it that a fresh process is
 * always ready, with back-off where starts fail. Thread-safe.
 */
class Slot {

    private static final Logger log = LoggerFactory.getLogger(Slot.class);
    private static final BackOff BACK_OFF = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final String id;
    private final SlotProcesses processes;
    private final SlotListener listener;
    private final InstantSource clock;
    private final LaunchSpec standard;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition spareWanted = lock.newCondition();
    private SlotState state = new SlotState.Starting();
    private boolean wanted = true;
    private int failedStarts;
    private @Nullable Failure lastFailure;
    private volatile @Nullable UUID sessionId;
    private long tasksCompleted;
    private Money spend = Money.ZERO;
    private int restarts;

    Slot(
            String id,
            SlotProcesses processes,
            LaunchSpec standard,
            @Nullable UUID sessionId,
            SlotListener listener,
            InstantSource clock) {
        this.id = id;
        this.processes = processes;
        this.standard = standard;
        this.sessionId = sessionId;
        this.listener = listener;
        this.clock = clock;
    }

    String id() {
        return id;
    }

    /** What it is for; only tasks that ask for no role, or for this one, come here. */
    @Nullable
    String role() {
        return null;
    }

    SlotProcesses processes() {
        return processes;
    }

    SlotState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** The slot's own conversation, if it has one yet. */
    Optional<UUID> sessionId() {
        return Optional.ofNullable(sessionId);
    }

    void setSessionId(UUID session) {
        sessionId = session;
    }

    void start() {
        Thread.ofVirtual().name(id + "-keeper").start(this::keepSpare);
    }

    /** Takes the slot for a task; only while it is idle. */
    boolean reserve(UUID taskId) {
        return transition(() -> state instanceof SlotState.Idle idle ? idle.reserved(taskId) : state);
    }

    /** The claim for which it was reserved did not come about. */
    void unreserve() {
        transition(() -> state instanceof SlotState.Busy ? free() : state);
    }

    /** The next process may be started now: the task in this slot is past its start, or at its end. */
    void wantSpare() {
        lock.lock();
        try {
            wanted = true;
            spareWanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The task in this slot has been settled; {@code crashed} when its process died of itself. */
    void freed(Money spent, boolean crashed) {
        transition(() -> {
            tasksCompleted++;
            spend = spend.plus(spent);
            restarts += crashed ? 1 : 0;
            return switch (state) {
                case SlotState.Busy _ -> free();
                case SlotState.Draining _ -> new SlotState.Stopped();
                default -> state;
            };
        });
        wantSpare();
    }

    private SlotState free() {
        if (processes.hasSpare()) {
            return new SlotState.Idle(clock.instant());
        }
        return lastFailure == null ? new SlotState.Restarting() : new SlotState.Failed(lastFailure);
    }

    /** Takes no more tasks. */
    void drain() {
        transition(() -> switch (state) {
            case SlotState.Busy(UUID taskId) -> new SlotState.Draining(taskId);
            case SlotState.Draining draining -> draining;
            default -> new SlotState.Stopped();
        });
        wantSpare();
    }

    /** Ends everything of this slot; blocks until nothing is left. */
    void stop() {
        transition(SlotState.Stopped::new);
        wantSpare();
        processes.closeAll();
    }

    SlotView view() {
        lock.lock();
        try {
            UUID task = switch (state) {
                case SlotState.Busy(UUID taskId) -> taskId;
                case SlotState.Draining(UUID taskId) -> taskId;
                default -> null;
            };
            return new SlotView(
                    id,
                    state.name(),
                    null,
                    null,
                    null,
                    task == null ? 0 : 1,
                    task,
                    tasksCompleted,
                    spend,
                    sessionId,
                    null,
                    restarts);
        } finally {
            lock.unlock();
        }
    }

    private void keepSpare() {
        try {
            while (awaitWanted()) {
                Launch launch = processes.startSpare(standard);
                switch (launch) {
                    case Launch.Ready(ClaudeProcess process) -> ready(process);
                    case Launch.Failed(Failure failure) -> startFailed(failure);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (state() instanceof SlotState.Stopped) {
            processes.closeAll(); // one may have been started while the others were being ended
        }
    }

    /** Waits until a spare is wanted and the back-off is over; false when the slot has stopped. */
    private boolean awaitWanted() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long backOff = BACK_OFF.after(failedStarts).toNanos();
            while (backOff > 0 && !hasEnded()) {
                backOff = spareWanted.awaitNanos(backOff);
            }
            while (!hasEnded() && (!wanted || processes.hasSpare())) {
                spareWanted.await();
            }
            wanted = false;
            return !hasEnded();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasEnded() {
        return state instanceof SlotState.Stopped || state instanceof SlotState.Draining;
    }

    private void ready(ClaudeProcess process) {
        transition(() -> {
            failedStarts = 0;
            lastFailure = null;
            return switch (state) {
                case SlotState.Starting _, SlotState.Restarting _, SlotState.Failed _ ->
                    new SlotState.Idle(clock.instant());
                default -> state;
            };
        });
        var _ = process.onExit().whenComplete((_, _) -> Thread.ofVirtual().start(() -> spareDied(process)));
    }

    /** The process has ended; where that was the spare, another is started. */
    private void spareDied(ClaudeProcess process) {
        if (!processes.isSpare(process)) {
            return;
        }
        log.warn("Process died while idle slot={} pid={}", id, process.pid());
        processes.discard(process);
        transition(() -> {
            restarts++;
            return state instanceof SlotState.Idle ? new SlotState.Restarting() : state;
        });
        wantSpare();
    }

    private void startFailed(Failure failure) {
        transition(() -> {
            failedStarts++;
            restarts++;
            lastFailure = failure;
            wanted = true;
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
                failedStarts);
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
        } finally {
            lock.unlock();
        }
        if (before.equals(after)) {
            return false;
        }
        listener.changed(this, after);
        return true;
    }

    /** Hears of every change of a slot's state, on the thread that made it. */
    interface SlotListener {
        void changed(Slot slot, SlotState state);
    }

    /** When it became idle; the far future while it is not. */
    Instant idleSince() {
        return state() instanceof SlotState.Idle(Instant since) ? since : Instant.MAX;
    }
}
