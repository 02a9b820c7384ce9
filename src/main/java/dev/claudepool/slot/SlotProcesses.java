package dev.claudepool.slot;

import dev.claudepool.budget.Spend;
import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of one slot, never more than two at a time: the one at work, and either the spare, which is ready for
 * the next task and remembers none, or the one that keeps the slot's own session. Where a third would be needed, the
 * session's process is ended; it can be resumed. Thread-safe.
 */
class SlotProcesses {

    private static final Logger log = LoggerFactory.getLogger(SlotProcesses.class);

    private static final int MOST = 2;

    private final String slotId;
    private final ClaudeLauncher launcher;
    private final Runnable onLost;
    private final Consumer<Spend> onWorkOutsideTurns;
    private final Semaphore places = new Semaphore(MOST, true);
    private final Set<ClaudeProcess> live = ConcurrentHashMap.newKeySet();
    private @Nullable ClaudeProcess spare;
    private @Nullable ClaudeProcess sessionProcess;

    /**
     * @param onLost runs when an idle process has ended by itself, or hangs
     * @param onWorkOutsideTurns gets, on a thread of its own, the cost of a process that worked without a turn and was
     *     ended for that
     */
    SlotProcesses(String slotId, ClaudeLauncher launcher, Runnable onLost, Consumer<Spend> onWorkOutsideTurns) {
        this.slotId = slotId;
        this.launcher = launcher;
        this.onLost = onLost;
        this.onWorkOutsideTurns = onWorkOutsideTurns;
    }

    /** Starts a spare in place of one that cannot serve; blocks until it is ready, or has failed to start. */
    LaunchResult startSpare(LaunchSpec spec) throws InterruptedException {
        spare().filter(process -> !servesAsSpare(process, spec)).ifPresent(this::discard);
        LaunchResult launch = launch(spec, new SessionStart.Fresh(UUID.randomUUID()));
        if (launch instanceof LaunchResult.Ready(ClaudeProcess process)) {
            Optional<Failure> failure = process.warmUp();
            if (failure.isPresent()) {
                discard(process);
                return new LaunchResult.Failed(failure.get());
            }
            becomeSpare(process);
        }
        return launch;
    }

    /** Returns whether one of the processes is in this session. */
    boolean isIn(UUID session) {
        return live.stream().anyMatch(process -> process.sessionId().equals(session));
    }

    private synchronized Optional<ClaudeProcess> spare() {
        return Optional.ofNullable(spare);
    }

    /** Makes the process the spare, unless there is one by now, which a claim may count on already. */
    private void becomeSpare(ClaudeProcess process) {
        boolean wanted;
        synchronized (this) {
            wanted = spare == null;
            spare = wanted ? process : spare;
        }
        if (!wanted) {
            discard(process);
        } else if (!process.isAlive()) { // it ended before it was the spare, whose end is heard of
            ended(process);
        }
    }

    /** Makes a process that has done its task forget it, so that it serves as the next spare; blocks until it has. */
    void recycle(ClaudeProcess process) throws InterruptedException {
        if (spare().isPresent() || process.clear().isPresent()) {
            discard(process);
        } else {
            becomeSpare(process);
        }
    }

    /** Returns whether a spare is there that can serve {@code spec}. */
    boolean hasSpareFor(LaunchSpec spec) {
        return spareFor(spec).isPresent();
    }

    /** The session of the spare, if it can serve {@code spec}. */
    synchronized Optional<UUID> spareFor(LaunchSpec spec) {
        return spare().filter(process -> servesAsSpare(process, spec)).map(ClaudeProcess::sessionId);
    }

    /** A process that has worked before cannot: the next task would read and pay for that. */
    private static boolean servesAsSpare(ClaudeProcess process, LaunchSpec spec) {
        return process.isPristine() && serves(process, spec);
    }

    private static boolean serves(ClaudeProcess process, LaunchSpec spec) {
        return process.isAlive() && spec.servedBy(process.spec());
    }

    synchronized boolean holdsSession(UUID session) {
        return sessionProcess != null && sessionProcess.sessionId().equals(session);
    }

    /**
     * A process in the session wanted, ready for {@code spec} but for what can be switched: the spare, the session's,
     * or a new one. It belongs to the caller until it is given back.
     */
    LaunchResult acquire(LaunchSpec spec, SessionStart session) throws InterruptedException {
        Optional<ClaudeProcess> held = take(session.id());
        if (held.isPresent()) {
            ClaudeProcess process = held.get();
            if (serves(process, spec) && (session instanceof SessionStart.Resume || process.isPristine())) {
                if (process.isResponsive()) {
                    return new LaunchResult.Ready(process);
                }
                hung(process);
            }
            discard(process);
        }
        return launch(spec, session);
    }

    private synchronized Optional<ClaudeProcess> take(UUID session) {
        ClaudeProcess found = null;
        if (spare != null && spare.sessionId().equals(session)) {
            found = spare;
            spare = null;
        } else if (sessionProcess != null && sessionProcess.sessionId().equals(session)) {
            found = sessionProcess;
            sessionProcess = null;
        }
        return Optional.ofNullable(found);
    }

    private LaunchResult launch(LaunchSpec spec, SessionStart session) throws InterruptedException {
        if (!places.tryAcquire()) {
            closeSessionProcess();
            places.acquire();
        }
        LaunchResult launch = null;
        try {
            launch = launcher.launch(spec, session, slotId);
        } finally {
            if (!(launch instanceof LaunchResult.Ready)) {
                places.release();
            }
        }
        switch (launch) {
            case LaunchResult.Ready(ClaudeProcess process) -> {
                live.add(process);
                var _ = process.workOutsideTurns().thenAcceptAsync(onWorkOutsideTurns, Thread::startVirtualThread);
                var _ = process.onExit()
                        .whenComplete((_, _) -> Thread.ofVirtual().start(() -> ended(process)));
            }
            case LaunchResult.Failed _ -> {}
        }
        return launch;
    }

    private void ended(ClaudeProcess process) {
        if (isNoSpareAnyMore(process)) {
            log.warn("Process died while idle slot={} pid={}", slotId, process.pid());
            discard(process);
            onLost.run();
        } else if (isSessionProcess(process)) {
            closeSessionProcess();
        }
    }

    private synchronized boolean isSessionProcess(ClaudeProcess process) {
        return process.equals(sessionProcess);
    }

    private synchronized boolean isNoSpareAnyMore(ClaudeProcess process) {
        boolean was = spare == process;
        spare = was ? null : spare;
        return was;
    }

    /** Ends idle processes that hang; blocks for some milliseconds, or until they have ended. */
    void endHung() {
        idle().filter(process -> !process.isResponsive())
                .flatMap(process -> take(process.sessionId()).stream())
                .forEach(process -> {
                    hung(process);
                    discard(process);
                });
    }

    private synchronized Stream<ClaudeProcess> idle() {
        return Stream.of(Optional.ofNullable(spare), Optional.ofNullable(sessionProcess))
                .flatMap(Optional::stream);
    }

    private void hung(ClaudeProcess process) {
        log.warn("Process hung while idle slot={} pid={}", slotId, process.pid());
        onLost.run();
    }

    /** Keeps the process warm in the slot's own session. */
    synchronized void keep(ClaudeProcess process) {
        sessionProcess = process;
    }

    /** Ends the process that keeps the slot's session, so that another may resume it; blocks until it has ended. */
    void closeSessionProcess() {
        ClaudeProcess process;
        synchronized (this) {
            process = sessionProcess;
            sessionProcess = null;
        }
        if (process != null) {
            discard(process);
        }
    }

    /** Ends a process; blocks until nothing of it is left. */
    void discard(ClaudeProcess process) {
        boolean _ = isNoSpareAnyMore(process);
        if (live.remove(process)) {
            try {
                process.close();
            } finally {
                places.release();
            }
        }
    }

    int count() {
        return live.size();
    }

    /** Ends all. */
    void closeAll() {
        Set.copyOf(live).forEach(this::discard);
    }
}
