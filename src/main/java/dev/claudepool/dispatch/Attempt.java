package dev.claudepool.dispatch;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.LaunchResult;
import dev.claudepool.claude.Prompt;
import dev.claudepool.claude.Turn;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.claude.TurnLimits;
import dev.claudepool.claude.TurnResult;
import dev.claudepool.queue.Claim;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.slot.SlotLease;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.BareTrace;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try of a task in a leased slot: gets a process in the right session, sends the prompt, and returns the result.
 * {@link #run} and {@link #release} are called by one thread, {@link #stop} by any.
 */
public class Attempt {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    /** A turn shorter than this would only be slowed by the start of the next process beside it. */
    private static final Duration LONG_TURN = Duration.ofMillis(500);

    private final Claim claim;
    private final RequestedSession requested;
    private final SlotLease lease;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private @Nullable Turn turn;
    private @Nullable StopReason stopReason;

    Attempt(Claim claim, RequestedSession requested, SlotLease lease) {
        this.claim = claim;
        this.requested = requested;
        this.lease = lease;
    }

    /** The task as it was claimed. */
    Task task() {
        return claim.task();
    }

    UUID sessionId() {
        return lease.sessionId();
    }

    synchronized boolean isStopped() {
        return stopReason != null;
    }

    /** Completes when it is stopped. */
    CompletableFuture<Void> stopped() {
        return stopped;
    }

    /** Why it was stopped; the first reason counts. Empty while it was not. */
    synchronized Optional<StopReason> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /** Ends the attempt soon, wherever it is. */
    void stop(StopReason reason) {
        synchronized (this) {
            stopReason = stopReason == null ? reason : stopReason;
            if (turn != null) {
                turn.cancel();
            }
        }
        stopped.complete(null);
    }

    /**
     * Carries the task out; blocks until that has ended. The caller makes sure that no other attempt is in the session,
     * and calls {@link #release}.
     *
     * @param onNewSession is called with the session in which the attempt begins anew, before anything happens there
     */
    TurnResult run(Consumer<TurnEvent> listener, Consumer<UUID> onNewSession) throws InterruptedException {
        Task task = claim.task();
        if (isStopped()) {
            return new TurnResult.Cancelled(Spend.NOTHING);
        }
        if (requested instanceof RequestedSession.Gone && !mayBeginAnew(task)) {
            return failed(Failure.of(
                    FailureCode.SESSION_NOT_FOUND,
                    "The task to follow up never had a session, or the session is of no task that is kept."));
        }
        boolean interrupted = requested instanceof RequestedSession.Interrupted;
        Tried first = tryOnce(interrupted ? continued(task.spec()) : prompt(task.spec()), listener);
        if (failedWith(first.result(), FailureCode.SESSION_NOT_FOUND) && mayBeginAnew(task)) {
            lease.restartSession();
        } else if (interrupted && !first.started()) {
            lease.replaceSession();
            onNewSession.accept(lease.sessionId());
        } else {
            return first.result();
        }
        return tryOnce(prompt(task.spec()), listener).result();
    }

    /** Returns whether a session that the CLI does not know is begun anew: it was empty, or the task asks for that. */
    private boolean mayBeginAnew(Task task) {
        return lease.isSessionEmpty() || task.spec().sessionFallback() == TaskSpec.SessionFallback.FRESH;
    }

    private Tried tryOnce(Prompt prompt, Consumer<TurnEvent> listener) throws InterruptedException {
        return switch (lease.acquire()) {
            case LaunchResult.Failed(Failure failure) -> new Tried(failed(failure), false);
            case LaunchResult.Ready(ClaudeProcess process) -> new Tried(resultOf(process, prompt, listener), true);
        };
    }

    /** Ends the process when anything throws: it would go on spending, and be in the way of the slot's next one. */
    private TurnResult resultOf(ClaudeProcess process, Prompt prompt, Consumer<TurnEvent> listener)
            throws InterruptedException {
        boolean ended = false;
        try {
            TurnResult result = turn(process, prompt, listener);
            ended = true;
            return result;
        } catch (RuntimeException | Error e) {
            log.error(
                    "Attempt failed unexpectedly slot={} pid={}: {}", lease.slotId(), process.pid(), new BareTrace(e));
            return new TurnResult.Failed(Failure.ofThrown(e), spendSoFar());
        } finally {
            if (!ended) {
                lease.discardProcess();
            }
        }
    }

    private synchronized Spend spendSoFar() {
        return turn == null ? Spend.NOTHING : turn.spend().asEstimate();
    }

    private TurnResult turn(ClaudeProcess process, Prompt prompt, Consumer<TurnEvent> listener)
            throws InterruptedException {
        Optional<Failure> refused = process.switchTo(lease.spec());
        if (refused.isPresent()) {
            return failed(refused.get());
        }
        TurnLimits limits = new TurnLimits(Objects.requireNonNull(lease.config().timeout()), claim.limit());
        Turn begun;
        synchronized (this) {
            if (stopReason != null) {
                return new TurnResult.Cancelled(Spend.NOTHING);
            }
            long beginning = System.nanoTime();
            begun = process.begin(prompt, limits, event -> onEvent(event, beginning, listener));
            turn = begun;
        }
        return begun.await();
    }

    private void onEvent(TurnEvent event, long beginning, Consumer<TurnEvent> listener) {
        if (System.nanoTime() - beginning >= LONG_TURN.toNanos()) {
            lease.onLongTurn();
        }
        listener.accept(event);
    }

    /** Gives the slot back after {@code result}; blocks until the process serves again, or has ended. */
    void release(TurnResult result) throws InterruptedException {
        Money spend = result.spend().usd();
        switch (result) {
            case TurnResult.Completed _ -> lease.completed(spend);
            case TurnResult.Failed failed
            when failed.failure().code() == FailureCode.CLI_EXITED -> lease.crashed(spend);
            case TurnResult.Failed _, TurnResult.Cancelled _ -> lease.failed(spend);
        }
    }

    private static TurnResult failed(Failure failure) {
        return new TurnResult.Failed(failure, Spend.NOTHING);
    }

    private static boolean failedWith(TurnResult result, FailureCode code) {
        return result instanceof TurnResult.Failed failed && failed.failure().code() == code;
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

    /** The result of one try, and whether there was a process to work in. */
    private record Tried(TurnResult result, boolean started) {}

    /** Why an attempt is stopped. */
    public enum StopReason {
        /** The task is not wanted any more. */
        CANCELLED,
        /** The service stops; the task goes on at its next start. */
        INTERRUPTED
    }
}
