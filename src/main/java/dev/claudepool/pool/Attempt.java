package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.Launch;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.Prompt;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.claude.Turn;
import dev.claudepool.claude.TurnEnding;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.claude.TurnLimits;
import dev.claudepool.task.Conversation;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One try of a task in a slot: gets a process in the right session, has it carry out the prompt, and tells how that
 * ended. Only {@link #run} works, on one thread; {@link #stop} may come from any.
 */
class Attempt {

    /** A turn shorter than this would only be slowed by the start of the next process beside it. */
    private static final Duration LONG_TURN = Duration.ofMillis(500);

    private final Slot slot;
    private final List<Slot> allSlots;
    private final LaunchSpec spec;
    private final Conversation conversation;
    private final SessionStart session;
    private @Nullable Turn turn;
    private boolean stopped;

    Attempt(Slot slot, List<Slot> allSlots, LaunchSpec spec, Conversation conversation, SessionStart session) {
        this.slot = slot;
        this.allSlots = allSlots;
        this.spec = spec;
        this.conversation = conversation;
        this.session = session;
    }

    Slot slot() {
        return slot;
    }

    UUID sessionId() {
        return session.id();
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    /** Ends it soon, wherever it is. */
    synchronized void stop() {
        stopped = true;
        if (turn != null) {
            turn.cancel();
        }
    }

    /**
     * Carries the task out; blocks until that has ended. The caller sees to it that no other attempt is in the session,
     * and gives the process of the outcome back.
     */
    Outcome run(Task task, TurnLimits limits, AttemptJournal journal) throws InterruptedException {
        if (isStopped()) {
            return new Outcome(new TurnEnding.Cancelled(Spend.NOTHING), Optional.empty(), false);
        }
        if (conversation instanceof Conversation.Gone) {
            return Outcome.failed(new Failure(
                    FailureCode.SESSION_NOT_FOUND, "The task to follow up never had a session", null, null, null));
        }
        allSlots.stream()
                .filter(other ->
                        !other.id().equals(slot.id()) && other.processes().holdsConversation(session.id()))
                .forEach(other -> other.processes().closeConversation());
        Prompt prompt = conversation instanceof Conversation.Interrupted ? continued(task.spec()) : prompt(task.spec());
        Outcome outcome = run(session, prompt, limits, journal);
        boolean neverBegun = outcome.failedWith(FailureCode.SESSION_NOT_FOUND)
                && !task.spec().continuesAnother();
        if (!neverBegun) {
            return outcome;
        }
        outcome.process().ifPresent(slot.processes()::discard);
        return run(new SessionStart.Fresh(session.id()), prompt(task.spec()), limits, journal);
    }

    private Outcome run(SessionStart start, Prompt prompt, TurnLimits limits, AttemptJournal journal)
            throws InterruptedException {
        return switch (slot.processes().acquire(spec, start)) {
            case Launch.Failed(Failure failure) -> Outcome.failed(failure);
            case Launch.Ready(ClaudeProcess process) -> {
                TurnEnding ending = turn(process, prompt, limits, journal);
                yield new Outcome(ending, Optional.of(process), keeps(process, ending));
            }
        };
    }

    private TurnEnding turn(ClaudeProcess process, Prompt prompt, TurnLimits limits, AttemptJournal journal)
            throws InterruptedException {
        Optional<Failure> refused = process.switchTo(spec);
        if (refused.isPresent()) {
            return new TurnEnding.Failed(refused.get(), Spend.NOTHING);
        }
        Turn begun;
        synchronized (this) {
            if (stopped) {
                return new TurnEnding.Cancelled(Spend.NOTHING);
            }
            long beginning = System.nanoTime();
            begun = process.begin(prompt, limits, event -> onEvent(event, beginning, journal));
            turn = begun;
        }
        return begun.await();
    }

    /** The next process is started once this one answers and has proved busy for long; else when the slot is freed. */
    private void onEvent(TurnEvent event, long beginning, AttemptJournal journal) {
        if (System.nanoTime() - beginning >= LONG_TURN.toNanos()) {
            slot.wantSpare();
        }
        journal.accept(event);
    }

    private boolean keeps(ClaudeProcess process, TurnEnding ending) {
        return conversation instanceof Conversation.OfSlot
                && ending instanceof TurnEnding.Completed
                && process.isAlive();
    }

    static TurnLimits limits(TaskSpec task, Duration timeout) {
        BigDecimal most = task.maxBudgetUsd();
        return new TurnLimits(timeout, most == null ? null : Money.usd(most));
    }

    private static Prompt prompt(TaskSpec task) {
        return new Prompt(task.prompt(), task.slashCommands());
    }

    private static Prompt continued(TaskSpec task) {
        return task.slashCommands()
                ? prompt(task)
                : new Prompt(
                        "The service was interrupted while you worked on the request below. Go on from where you were, and"
                                + " do not repeat what is done already. The request:\n\n" + task.prompt(),
                        false);
    }

    /**
     * How an attempt ended.
     *
     * @param ending what the turn brought
     * @param process the process it had, to be given back
     * @param keep whether the process stays for the slot's conversation
     */
    record Outcome(TurnEnding ending, Optional<ClaudeProcess> process, boolean keep) {
        boolean failedWith(FailureCode code) {
            return ending instanceof TurnEnding.Failed failed
                    && failed.failure().code() == code;
        }

        static Outcome failed(Failure failure) {
            return new Outcome(new TurnEnding.Failed(failure, Spend.NOTHING), Optional.empty(), false);
        }
    }
}
