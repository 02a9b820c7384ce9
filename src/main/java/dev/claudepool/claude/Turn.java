package dev.claudepool.claude;

import dev.claudepool.budget.Spend;
import dev.claudepool.claude.CliMessage.Block;
import dev.claudepool.claude.Mailbox.Mail;
import dev.claudepool.process.Uninterruptibly;
import dev.claudepool.web.BareTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prompt under way. Thread-safe.
 *
 * <pre>
 * working --result--------------------------------------------> ended
 *    |---process ended----------------------------------------> ended (all its processes killed)
 *    `---cancel, deadline, overspent, refused---> stopping
 *                                                  |--result--> ended, the process lives on
 *                                                  `--grace---> ended (all its processes killed)
 * </pre>
 */
public final class Turn {

    /** An interrupt that overtakes the start of its turn is lost, so it is sent until it is obeyed. */
    private static final Duration BETWEEN_INTERRUPTS = Duration.ofMillis(100);

    private static final Failure COST_INVALID =
            Failure.of(FailureCode.OUTPUT_INVALID, "claude reported a cost that cannot be true.");

    private static final Logger log = LoggerFactory.getLogger(Turn.class);

    /** Why the turn is being stopped, on our own wish when there is no failure, and when patience ends. */
    private record Stop(@Nullable Failure failure, long until) {}

    private final ClaudeProcess process;
    private final TurnLimits limits;
    private final Consumer<TurnEvent> listener;
    private final Deadlines deadlines;
    private final SpendMeter meter;
    private final Mailbox mailbox;
    private final SpendQuestions questions;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();

    private @Nullable Stop stop;
    private boolean brokeDown;
    private long interruptedAt;
    private boolean begun;
    private String model = "";
    private @Nullable String apiError;
    private @Nullable Instant resetsAt;

    Turn(
            ClaudeProcess process,
            TurnLimits limits,
            Deadlines deadlines,
            SpendMeter meter,
            Mailbox mailbox,
            Consumer<TurnEvent> listener) {
        this.process = process;
        this.limits = limits;
        this.deadlines = deadlines;
        this.meter = meter;
        this.mailbox = mailbox;
        this.questions = new SpendQuestions(() -> process.askForUsage(this));
        this.listener = listener;
    }

    /**
     * Sees the turn through, on the caller's thread, and enforces its limits; call it exactly once. Whatever goes wrong
     * is an ending, too.
     */
    public TurnResult await() throws InterruptedException {
        if (!awaited.compareAndSet(false, true)) {
            throw new IllegalStateException("a turn is awaited once");
        }
        try {
            TurnResult ending = safeStep();
            while (ending == null) {
                ending = safeStep();
            }
            return ending;
        } finally {
            process.turnOver(meter.total(), mailbox::close);
            over.set(true);
        }
    }

    /** Handles what is thrown like a failure, so that the turn's cost is known; the second time, it ends the turn. */
    private @Nullable TurnResult safeStep() throws InterruptedException {
        try {
            return step();
        } catch (RuntimeException | Error e) {
            log.error("A turn failed unexpectedly pid={}: {}", process.pid(), new BareTrace(e));
            fail(Failure.ofThrown(e));
            if (!brokeDown) {
                brokeDown = true;
                return null;
            }
            process.kill();
            return ending(Objects.requireNonNull(stop), meter.spend().asEstimate());
        }
    }

    /** Cancels the turn; may be called from any thread, any number of times. */
    public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
            boolean _ = mailbox.put(new Mail.Cancel(), 0);
        }
    }

    /** Returns what it has cost as far as is known now. */
    public Spend spend() {
        return meter.spend();
    }

    /** False when it is over, and takes no more. */
    boolean put(Mail mail, int bytes) {
        return mailbox.put(mail, bytes);
    }

    /** The running total, for which it asked. */
    void usage(CliMessage.ControlAnswer answer) {
        boolean _ = mailbox.put(new Mail.Usage(answer), 0);
    }

    /** The process cannot carry it out. */
    void end() {
        boolean _ = mailbox.put(new Mail.Ended(), 0);
    }

    /** Cancels the turn, and waits for its end if a thread awaits it. */
    void cancelAndWait(Duration longest) {
        cancel();
        if (!awaited.get() || !Uninterruptibly.await(over::get, longest)) {
            var _ = mailbox.close();
        }
    }

    private @Nullable TurnResult step() throws InterruptedException {
        if (stop == null) {
            if (cancelled.get()) {
                stop(null);
            } else {
                deadlines.expired().or(this::overspent).or(this::unaccounted).ifPresent(this::stop);
            }
        }
        Duration patience = deadlines.left();
        if (stop != null) {
            if (System.nanoTime() - stop.until >= 0) {
                process.kill();
                return ending(stop, meter.spend().asEstimate());
            }
            interrupt();
            patience = BETWEEN_INTERRUPTS;
        }
        Mail mail = poll(min(patience, questions.untilNext()));
        return switch (mail) {
            case null -> {
                questions.ask();
                yield null;
            }
            case Mail.Received(CliMessage message) -> received(message);
            case Mail.Usage(CliMessage.ControlAnswer answer) -> onUsage(answer);
            case Mail.LineTooLong() -> {
                fail(Failure.of(FailureCode.OUTPUT_TOO_LARGE, "claude wrote a line that is longer than allowed."));
                yield null;
            }
            case Mail.Cancel() -> null;
            case Mail.Ended() -> processEnded();
        };
    }

    private @Nullable Mail poll(Duration timeout) throws InterruptedException {
        long begin = System.nanoTime();
        Mail mail = mailbox.poll(timeout);
        questions.waited(System.nanoTime() - begin);
        return mail;
    }

    private @Nullable TurnResult received(CliMessage message) {
        deadlines.heard(message);
        if (message.showsWork()) {
            questions.worked();
        }
        begun |= message instanceof CliMessage.Preparing || message instanceof CliMessage.Assistant;
        switch (message) {
            case CliMessage.Preparing(String name) -> model = Objects.requireNonNullElse(name, model);
            case CliMessage.Assistant assistant -> assistant(assistant);
            case CliMessage.ToolResults(var results) -> {
                results.forEach(listener);
                questions.ask();
            }
            case CliMessage.TextDelta(String text) -> listener.accept(new TurnEvent.Delta(text));
            case CliMessage.MessageStop() -> questions.replied();
            case CliMessage.ApiRetry retry -> retry(retry);
            case CliMessage.LimitReached(Instant at) -> resetsAt = at;
            case CliMessage.ConversationReset() -> meter.restart();
            case CliMessage.Result result -> {
                return result.ofBackgroundWork() || isForeign(result) ? null : result(result);
            }
            case CliMessage.Unusable(Failure failure, boolean ofResult) -> {
                return unusable(failure, ofResult);
            }
            case CliMessage.PromptState _,
                    CliMessage.PermissionRequest _,
                    CliMessage.ControlAnswer _,
                    CliMessage.Other _,
                    CliMessage.Noise _ -> {}
        }
        return null;
    }

    /** A turn is announced before it ends; what ends before is an earlier one, and ours goes on, and costs. */
    private boolean isForeign(CliMessage.Result result) {
        boolean foreign = !begun && !ResultClassifier.isSessionUnknown(result);
        if (foreign) {
            fail(Failure.of(FailureCode.EXECUTION_ERROR, "claude ended a turn that it had not begun."));
        }
        return foreign;
    }

    private void assistant(CliMessage.Assistant message) {
        apiError = message.error();
        if (message.ofMainLoop() && message.model() != null) {
            model = message.model();
        }
        for (Block block : message.blocks()) {
            switch (block) {
                case Block.Text(String text) -> {
                    if (message.ofMainLoop()) {
                        listener.accept(new TurnEvent.Text(text));
                    }
                }
                case Block.ToolUse(String id, String name, var input) ->
                    listener.accept(new TurnEvent.ToolUse(id, name, input));
            }
        }
        if (!message.ofMainLoop()) { // that of the main loop is priced only when its MessageStop comes
            questions.ask();
        }
    }

    private void retry(CliMessage.ApiRetry retry) {
        listener.accept(
                new TurnEvent.Retry(retry.error(), retry.status(), retry.attempt(), retry.maxRetries(), retry.delay()));
        ResultClassifier.isPermanent(retry.error())
                .ifPresent(code -> fail(Failure.of(code, "The API refuses the service: " + retry.error() + ".")));
        if (resetsAt != null) {
            fail(new Failure(
                    FailureCode.RATE_LIMITED, "The limit of the subscription is reached.", null, null, resetsAt));
        }
    }

    private TurnResult result(CliMessage.Result result) {
        meter.see(result.total());
        Spend spend = meter.spend();
        if (cancelled.get()) {
            return new TurnResult.Cancelled(spend);
        }
        Optional<Failure> failure = ResultClassifier.failure(
                result, apiError, resetsAt, process.spec().outputSchema() != null);
        if (failure.isPresent()) {
            return stop != null ? ending(stop, spend) : new TurnResult.Failed(failure.get(), spend);
        }
        return overspent()
                .<TurnResult>map(tooMuch -> new TurnResult.Failed(tooMuch, spend))
                .orElseGet(() -> new TurnResult.Completed(result.answer(model), spend));
    }

    private @Nullable TurnResult unusable(Failure failure, boolean ofResult) {
        fail(failure);
        if (!ofResult) {
            return null;
        }
        process.kill();
        return killed(failure);
    }

    private TurnResult processEnded() {
        process.kill();
        return killed(process.exit().failure());
    }

    private TurnResult killed(Failure failure) {
        Spend spend = meter.spend().asEstimate();
        return stop != null ? ending(stop, spend) : new TurnResult.Failed(failure, spend);
    }

    private @Nullable TurnResult onUsage(CliMessage.ControlAnswer answer) {
        questions.answered();
        if (answer.isGiven() && answer.error() != null && limits.maxCost() != null) {
            fail(Failure.of(FailureCode.EXECUTION_ERROR, "claude refuses to tell what it spends: " + answer.error()));
        }
        if (answer.error() == null) {
            MessageCodec.usage(answer.response()).ifPresentOrElse(this::spent, () -> fail(COST_INVALID));
        }
        questions.askAgain();
        return null;
    }

    private void spent(Spend total) {
        if (meter.see(total)) {
            listener.accept(new TurnEvent.Spent(meter.spend()));
        }
    }

    private Optional<Failure> overspent() {
        return limits.passedBy(meter.spend().usd());
    }

    private Optional<Failure> unaccounted() {
        return limits.maxCost() == null ? Optional.empty() : questions.unaccounted();
    }

    private void fail(Failure failure) {
        if (stop == null) {
            stop(failure);
        }
    }

    private void stop(@Nullable Failure failure) {
        stop = new Stop(failure, System.nanoTime() + process.stopGrace().toNanos());
        interruptedAt = System.nanoTime() - BETWEEN_INTERRUPTS.toNanos();
    }

    private void interrupt() {
        long now = System.nanoTime();
        if (now - interruptedAt >= BETWEEN_INTERRUPTS.toNanos()) {
            interruptedAt = now;
            process.interrupt();
        }
    }

    private static TurnResult ending(Stop stop, Spend spend) {
        return stop.failure == null ? new TurnResult.Cancelled(spend) : new TurnResult.Failed(stop.failure, spend);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
