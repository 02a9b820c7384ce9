package dev.claudepool.pool;

import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Launch;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one slot, never more than two at a time: the one at work, and either the spare, which is ready for
 * the next task and remembers none, or the one that holds the slot's own conversation. Where a third would be needed,
 * the conversation's process gives way; it can be resumed from its session. Thread-safe.
 */
class SlotProcesses {

    private static final int MOST = 2;

    private final String slotId;
    private final ClaudeLauncher launcher;
    private final Consumer<ClaudeProcess> onSpareDeath;
    private final Semaphore places = new Semaphore(MOST, true);
    private final Set<ClaudeProcess> live = ConcurrentHashMap.newKeySet();
    private @Nullable ClaudeProcess spare;
    private @Nullable ClaudeProcess conversation;

    /** @param onSpareDeath hears, on a thread of its own, of a spare that ended by itself and is gone */
    SlotProcesses(String slotId, ClaudeLauncher launcher, Consumer<ClaudeProcess> onSpareDeath) {
        this.slotId = slotId;
        this.launcher = launcher;
        this.onSpareDeath = onSpareDeath;
    }

    /** Starts a spare in place of one that cannot serve; blocks until it is ready, or has failed to start. */
    Launch startSpare(LaunchSpec spec) throws InterruptedException {
        spare().filter(process -> !serves(process, spec)).ifPresent(this::discard);
        Launch launch = launch(spec, new SessionStart.Fresh(UUID.randomUUID()));
        if (launch instanceof Launch.Ready(ClaudeProcess process)) {
            process.warmUp();
            becomeSpare(process);
        }
        return launch;
    }

    private synchronized Optional<ClaudeProcess> spare() {
        return Optional.ofNullable(spare);
    }

    /** Unless there is one by now, of which a claim may know already. */
    private void becomeSpare(ClaudeProcess process) {
        synchronized (this) {
            if (spare == null) {
                spare = process;
                return;
            }
        }
        discard(process);
    }

    /** Has a process that has done its task forget it, to be the spare for the next; blocks until it has. */
    void recycle(ClaudeProcess process) throws InterruptedException {
        if (spare().isPresent() || process.clear().isPresent()) {
            discard(process);
        } else {
            becomeSpare(process);
        }
    }

    /** Whether a spare is there that can serve {@code spec}. */
    boolean hasSpareFor(LaunchSpec spec) {
        return spareFor(spec).isPresent();
    }

    /** The session of the spare, if it can serve {@code spec}. */
    synchronized Optional<UUID> spareFor(LaunchSpec spec) {
        return spare().filter(process -> serves(process, spec)).map(ClaudeProcess::sessionId);
    }

    private static boolean serves(ClaudeProcess process, LaunchSpec spec) {
        return process.isAlive() && spec.servedBy(process.spec());
    }

    synchronized boolean holdsConversation(UUID session) {
        return conversation != null && conversation.sessionId().equals(session);
    }

    /**
     * A process in the session wanted, ready for {@code spec} but for what can be switched: the spare, the
     * conversation's, or a new one. It belongs to the caller until it is given back.
     */
    Launch acquire(LaunchSpec spec, SessionStart session) throws InterruptedException {
        Optional<ClaudeProcess> held = take(session.id());
        if (held.isPresent()) {
            ClaudeProcess process = held.get();
            if (serves(process, spec)) {
                return new Launch.Ready(process);
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
        } else if (conversation != null && conversation.sessionId().equals(session)) {
            found = conversation;
            conversation = null;
        }
        return Optional.ofNullable(found);
    }

    private Launch launch(LaunchSpec spec, SessionStart session) throws InterruptedException {
        if (!places.tryAcquire()) {
            closeConversation();
            places.acquire();
        }
        Launch launch = launcher.launch(spec, session, slotId);
        switch (launch) {
            case Launch.Ready(ClaudeProcess process) -> {
                live.add(process);
                var _ = process.onExit()
                        .whenComplete((_, _) -> Thread.ofVirtual().start(() -> ended(process)));
            }
            case Launch.Failed _ -> places.release();
        }
        return launch;
    }

    private void ended(ClaudeProcess process) {
        if (spare().filter(process::equals).isPresent()) {
            discard(process);
            onSpareDeath.accept(process);
        }
    }

    /** Gives the process back as the one of the slot's conversation, to stay warm. */
    synchronized void keep(ClaudeProcess process) {
        conversation = process;
    }

    /** Ends the slot's conversation's process, so that another may go on in its session; blocks until it is gone. */
    void closeConversation() {
        ClaudeProcess process;
        synchronized (this) {
            process = conversation;
            conversation = null;
        }
        if (process != null) {
            discard(process);
        }
    }

    /** Ends a process; blocks until nothing of it is left. */
    void discard(ClaudeProcess process) {
        synchronized (this) {
            spare = spare == process ? null : spare;
        }
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
