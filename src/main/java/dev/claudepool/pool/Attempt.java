package dev.claudepool.pool;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.Prompt;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.claude.Turn;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.claude.TurnLimits;
import dev.claudepool.claude.TurnResult;
import dev.claudepool.task.Claim;
import dev.claudepool.task.RequestedSession;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.BareTrace;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try of a task in a slot: gets a process in the right session, has it carry out the prompt, and tells how that
 * ended. Only {@link #run} works, on one thread; {@link #stop} may come from any.
 */
class Attempt {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    /** A turn shorter than this would only be slowed by the start of the next process beside it. */
    private static final Duration LONG_TURN = Duration.ofMillis(500);

    private final Slot slot;
    private final Slots slots;
    private final LaunchSpec spec;
    private final TaskConfig config;
    private final RequestedSession requested;
    private volatile SessionStart session;
    private @Nullable Turn turn;
    private boolean stopped;

    Attempt(
            Slot slot,
            Slots slots,
            LaunchSpec spec,
            TaskConfig config,
            RequestedSession requested,
            SessionStart session) {
        this.slot = slot;
        this.slots = slots;
        this.spec = spec;
        this.config = config;
        this.requested = requested;
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
     *
     * @param onNewSession hears of the session in which it begins anew, before anything happens there
     */
    Outcome run(Claim claim, Consumer<TurnEvent> listener, Consumer<UUID> onNewSession) throws InterruptedException {
        Task task = claim.task();
        if (isStopped()) {
            return new Outcome(new TurnResult.Cancelled(Spend.NOTHING), Optional.empty());
        }
        if (requested instanceof RequestedSession.Gone && !mayBeginAnew(task)) {
            return Outcome.failed(Failure.of(
                    FailureCode.SESSION_NOT_FOUND,
                    "The task to follow up never had a session, or the session is of no task that is kept."));
        }
        slots.stream()
                .filter(other ->
                        !other.id().equals(slot.id()) && other.processes().holdsConversation(session.id()))
                .forEach(other -> other.processes().closeConversation());
        Prompt prompt =
                requested instanceof RequestedSession.Interrupted ? continued(task.spec()) : prompt(task.spec());
        TurnLimits limits = new TurnLimits(Objects.requireNonNull(config.timeout()), claim.limit());
        Outcome outcome = run(session, prompt, limits, listener);
        if (outcome.failedWith(FailureCode.SESSION_NOT_FOUND) && mayBeginAnew(task)) {
            outcome.process().ifPresent(slot.processes()::discard);
            session = new SessionStart.Fresh(session.id());
        } else if (outcome.didNotStart() && requested instanceof RequestedSession.Interrupted) {
            // The conversation may exist, and its id cannot be used twice.
            session = new SessionStart.Fresh(slot.processes().spareFor(spec).orElseGet(UUID::randomUUID));
            onNewSession.accept(session.id());
        } else {
            return outcome;
        }
        return run(session, prompt(task.spec()), limits, listener);
    }

    /**
     * Whether a conversation that the CLI does not know is begun anew: there was nothing in it, or the task asks so.
     */
    private boolean mayBeginAnew(Task task) {
        boolean wasEmpty = switch (requested) {
            case RequestedSession.Interrupted _ -> true;
            case RequestedSession.OfSlot _ ->
                slot.session().map(own -> !own.begun()).orElse(true);
            case RequestedSession.Existing _, RequestedSession.Gone _, RequestedSession.Fresh _ -> false;
        };
        return wasEmpty || task.spec().sessionFallback() == TaskSpec.SessionFallback.FRESH;
    }

    private Outcome run(SessionStart start, Prompt prompt, TurnLimits limits, Consumer<TurnEvent> listener)
            throws InterruptedException {
        return switch (slot.processes().acquire(spec, start)) {
            case LaunchResult.Failed(Failure failure) -> Outcome.failed(failure);
            case LaunchResult.Ready(ClaudeProcess process) ->
                new Outcome(endingOf(process, prompt, limits, listener), Optional.of(process));
        };
    }

    /** Whatever throws ends the process: it would go on spending, and be in the way of the slot's next one. */
    private TurnResult endingOf(ClaudeProcess process, Prompt prompt, TurnLimits limits, Consumer<TurnEvent> listener)
            throws InterruptedException {
        boolean ended = false;
        try {
            TurnResult ending = turn(process, prompt, limits, listener);
            ended = true;
            return ending;
        } catch (RuntimeException | Error e) {
            log.error("Attempt broke down slot={} pid={}: {}", slot.id(), process.pid(), new BareTrace(e));
            return new TurnResult.Failed(Failure.ofThrown(e), spendSoFar());
        } finally {
            if (!ended) {
                slot.processes().discard(process);
            }
        }
    }

    private synchronized Spend spendSoFar() {
        return turn == null ? Spend.NOTHING : turn.spend().asEstimate();
    }

    private TurnResult turn(ClaudeProcess process, Prompt prompt, TurnLimits limits, Consumer<TurnEvent> listener)
            throws InterruptedException {
        Optional<Failure> refused = process.switchTo(spec);
        if (refused.isPresent()) {
            return new TurnResult.Failed(refused.get(), Spend.NOTHING);
        }
        Turn begun;
        synchronized (this) {
            if (stopped) {
                return new TurnResult.Cancelled(Spend.NOTHING);
            }
            long beginning = System.nanoTime();
            begun = process.begin(prompt, limits, event -> onEvent(event, beginning, process, listener));
            turn = begun;
        }
        return begun.await();
    }

    /** The next process is started once this one answers and has proved busy for long; else when the slot is freed. */
    private void onEvent(TurnEvent event, long beginning, ClaudeProcess process, Consumer<TurnEvent> listener) {
        if (System.nanoTime() - beginning >= LONG_TURN.toNanos() && !mayTakeAnother(process)) {
            slot.wantSpare();
        }
        listener.accept(event);
    }

    private boolean mayTakeAnother(ClaudeProcess process) {
        return requested instanceof RequestedSession.Fresh && slot.mayReuse(process);
    }

    /** Puts the process where its next use is, and frees the slot; blocks until a process without one is gone. */
    void giveBack(Outcome outcome) throws InterruptedException {
        boolean completed = outcome.ending() instanceof TurnResult.Completed;
        Optional<ClaudeProcess> process = outcome.process();
        boolean used = false;
        try {
            used = completed && process.isPresent() && reuse(process.get());
        } finally {
            slot.freed(outcome.ending().spend().usd(), work(outcome, completed));
            if (!used) {
                process.ifPresent(slot.processes()::discard);
            }
        }
    }

    private boolean reuse(ClaudeProcess process) throws InterruptedException {
        if (!process.isAlive()) {
            return false;
        }
        if (requested instanceof RequestedSession.OfSlot) {
            slot.processes().keep(process);
            return true;
        }
        if (mayTakeAnother(process)) {
            slot.processes().recycle(process);
            return true;
        }
        return false;
    }

    private static Slot.AttemptOutcome work(Outcome outcome, boolean completed) {
        if (completed) {
            return Slot.AttemptOutcome.DONE;
        }
        return outcome.failedWith(FailureCode.CLI_EXITED) ? Slot.AttemptOutcome.CRASHED : Slot.AttemptOutcome.FAILED;
    }

    /** Whether something was said in the slot's own conversation for the first time. */
    boolean beganSlotSession(TurnResult ending) {
        boolean said =
                ending instanceof TurnResult.Completed || ending.spend().usd().compareTo(Money.ZERO) > 0;
        return said
                && slots.stream()
                        .flatMap(any -> any.session().stream())
                        .anyMatch(own -> own.id().equals(session.id()) && !own.begun());
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
     */
    record Outcome(TurnResult ending, Optional<ClaudeProcess> process) {
        boolean failedWith(FailureCode code) {
            return ending instanceof TurnResult.Failed failed
                    && failed.failure().code() == code;
        }

        /** Whether there was no process to work in. */
        boolean didNotStart() {
            return ending instanceof TurnResult.Failed && process.isEmpty();
        }

        static Outcome failed(Failure failure) {
            return new Outcome(new TurnResult.Failed(failure, Spend.NOTHING), Optional.empty());
        }
    }
}
