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
    private final LaunchSpec spec;
    private final Conversation conversation;
    private final UUID sessionId;
    private @Nullable Turn turn;
    private boolean stopped;

    Attempt(Slot slot, LaunchSpec spec, Conversation conversation, UUID sessionId) {
        this.slot = slot;
        this.spec = spec;
        this.conversation = conversation;
        this.sessionId = sessionId;
    }

    Slot slot() {
        return slot;
    }

    UUID sessionId() {
        return sessionId;
    }

    boolean isOfSlot() {
        return conversation instanceof Conversation.OfSlot;
    }

    /** Ends it soon, wherever it is. */
    synchronized void stop() {
        stopped = true;
        if (turn != null) {
            turn.cancel();
        }
    }

    /** Carries the task out; blocks until that has ended, and its process is given back. */
    Outcome run(Task task, TurnLimits limits, AttemptJournal journal) throws InterruptedException {
        return switch (conversation) {
            case Conversation.Gone() ->
                Outcome.failed(new Failure(
                        FailureCode.SESSION_NOT_FOUND, "The task to follow up never had a session", null, null, null));
            case Conversation.Interrupted(UUID session) -> resume(session, task, limits, journal);
            case Conversation.Existing(UUID session) ->
                run(new SessionStart.Resume(session), prompt(task.spec()), limits, journal);
            case Conversation.OfSlot() -> run(slotSession(), prompt(task.spec()), limits, journal);
            case Conversation.Fresh() -> run(new SessionStart.Fresh(sessionId), prompt(task.spec()), limits, journal);
        };
    }

    /** Goes on where the attempt before was cut off; from the beginning, if that did not get as far as a session. */
    private Outcome resume(UUID session, Task task, TurnLimits limits, AttemptJournal journal)
            throws InterruptedException {
        Outcome resumed = run(new SessionStart.Resume(session), continued(task.spec()), limits, journal);
        boolean neverStarted = resumed.ending() instanceof TurnEnding.Failed(Failure failure, Spend _)
                && failure.code() == FailureCode.SESSION_NOT_FOUND;
        if (!neverStarted) {
            return resumed;
        }
        resumed.process().ifPresent(slot.processes()::discard);
        return run(new SessionStart.Fresh(session), prompt(task.spec()), limits, journal);
    }

    private SessionStart slotSession() {
        boolean begun = slot.sessionId().filter(sessionId::equals).isPresent();
        return begun ? new SessionStart.Resume(sessionId) : new SessionStart.Fresh(sessionId);
    }

    private Outcome run(SessionStart session, Prompt prompt, TurnLimits limits, AttemptJournal journal)
            throws InterruptedException {
        return switch (slot.processes().acquire(spec, session)) {
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
        return isOfSlot() && ending instanceof TurnEnding.Completed && process.isAlive();
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
        static Outcome failed(Failure failure) {
            return new Outcome(new TurnEnding.Failed(failure, Spend.NOTHING), Optional.empty(), false);
        }
    }
}
