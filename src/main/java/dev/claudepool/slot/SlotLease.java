package dev.claudepool.slot;

import dev.claudepool.budget.Money;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.task.TaskConfig;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A slot that is taken for one attempt. The lease ends with exactly one of {@link #completed}, {@link #failed},
 * {@link #crashed}, or {@link #abandon} where the attempt never began. One thread uses it, but for {@link #sessionId},
 * which any thread may call.
 */
public class SlotLease {

    private final Slot slot;
    private final Slots slots;
    private final UUID taskId;
    private final RequestedSession requested;
    private final TaskConfig config;
    private final LaunchSpec spec;
    private volatile SessionStart session;
    private @Nullable ClaudeProcess process;

    SlotLease(
            Slot slot,
            Slots slots,
            UUID taskId,
            RequestedSession requested,
            TaskConfig config,
            LaunchSpec spec,
            SessionStart session) {
        this.slot = slot;
        this.slots = slots;
        this.taskId = taskId;
        this.requested = requested;
        this.config = config;
        this.spec = spec;
        this.session = session;
    }

    public String slotId() {
        return slot.id();
    }

    /** The session of the attempt; {@link #replaceSession} changes it. */
    public UUID sessionId() {
        return session.id();
    }

    /** Returns how the task is carried out: its own config over that of the slot and the defaults. */
    public TaskConfig config() {
        return config;
    }

    /** Returns what the process must be switched to before the turn. */
    public LaunchSpec spec() {
        return spec;
    }

    /** Returns whether nothing was ever said in the session, as far as this service knows. */
    public boolean isSessionEmpty() {
        return switch (requested) {
            case RequestedSession.Interrupted _ -> true;
            case RequestedSession.OfSlot _ ->
                slot.session().map(own -> !own.begun()).orElse(true);
            case RequestedSession.Existing _, RequestedSession.Gone _, RequestedSession.Fresh _ -> false;
        };
    }

    /**
     * Gets a process that works in the session: a warm one where there is one, otherwise a new one. Blocks while it
     * starts. An idle process of another slot that holds the session is ended first.
     */
    public LaunchResult acquire() throws InterruptedException {
        slots.closeSessionOutside(slot, session.id());
        LaunchResult result = slot.processes().acquire(spec, session);
        process = result instanceof LaunchResult.Ready(ClaudeProcess ready) ? ready : null;
        return result;
    }

    /** Ends the process; blocks until nothing is left of it. */
    public void discardProcess() {
        if (process != null) {
            slot.processes().discard(process);
            process = null;
        }
    }

    /** Makes the next process begin the session anew, under the same id: the CLI does not know it. */
    public void restartSession() {
        discardProcess();
        session = new SessionStart.Fresh(session.id());
    }

    /** Makes the next process begin another session: the CLI may know this one, and accepts an id only once. */
    public void replaceSession() {
        discardProcess();
        session = slot.freshSession(spec);
    }

    /** The turn takes long, so that the next process may be started beside it, unless this one serves again. */
    public void onLongTurn() {
        if (process != null && !mayRecycle(process)) {
            slot.startSpareBesideTask();
        }
    }

    /**
     * Ends the lease after an answer. The process stays with its session or serves the next task, where it can; blocks
     * until it is ready for that, or has ended.
     */
    public void completed(Money spend) throws InterruptedException {
        boolean reused = false;
        try {
            reused = process != null && reuse(process);
        } finally {
            end(spend, Slot.AttemptOutcome.COMPLETED, reused);
        }
    }

    /** Ends the lease after a failure; blocks until the process has ended. */
    public void failed(Money spend) {
        end(spend, Slot.AttemptOutcome.FAILED, false);
    }

    /** Ends the lease after the process died by itself. */
    public void crashed(Money spend) {
        end(spend, Slot.AttemptOutcome.CRASHED, false);
    }

    /** Gives the slot back without an attempt. */
    void abandon() {
        slot.abandon(taskId);
    }

    private void end(Money spend, Slot.AttemptOutcome outcome, boolean keepProcess) {
        try {
            slot.release(spend, outcome);
        } finally {
            if (!keepProcess) {
                discardProcess();
            }
        }
    }

    private boolean reuse(ClaudeProcess used) throws InterruptedException {
        if (!used.isAlive()) {
            return false;
        }
        if (requested instanceof RequestedSession.OfSlot) {
            slot.processes().keep(used);
            return true;
        }
        if (mayRecycle(used)) {
            slot.processes().recycle(used);
            return true;
        }
        return false;
    }

    private boolean mayRecycle(ClaudeProcess used) {
        return requested instanceof RequestedSession.Fresh && slot.mayRecycle(used);
    }
}
