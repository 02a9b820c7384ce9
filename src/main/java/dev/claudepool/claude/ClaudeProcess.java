package dev.claudepool.claude;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.CliMessage.ControlAnswer;
import dev.claudepool.claude.Mailbox.Mail;
import dev.claudepool.process.Cookie;
import dev.claudepool.process.ProcessTree;
import dev.claudepool.process.Uninterruptibly;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.node.ObjectNode;

/** One live {@code claude} process, which carries out one turn at a time. Thread-safe. */
public final class ClaudeProcess {

    /** How long a process may take to answer a control request between turns; it needs some milliseconds. */
    private static final Duration WAIT_FOR_ANSWER = Duration.ofSeconds(20);

    /** How long an idle process may take to show that it is alive. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

    /** Who said something in this time is taken for alive. */
    private static final Duration RECENT = Duration.ofSeconds(1);

    /**
     * An idle process is gone 40 to 140 ms after the end of its input, but 900 ms if it is still warming up. A TERM
     * then ends it at once, and it saves its running total just the same.
     */
    private static final Duration LONGEST_CLEAN_END = Duration.ofMillis(500);

    /** After that a turn may begin without the tools of an MCP server that still does not answer. */
    private static final Duration WAIT_FOR_MCP_SERVERS = Duration.ofSeconds(10);

    private static final Duration WAIT_FOR_NOTICE = Duration.ofSeconds(2);

    private final Process process;
    private final Cookie cookie;
    private final CliProperties properties;
    private final HeapLimits heapLimits;
    private final MessageCodec codec;
    private final ProcessPipes wire;
    private final AtomicReference<@Nullable Turn> current = new AtomicReference<>();
    private final OutsideTurns outsideTurns = new OutsideTurns(this);
    private final ReentrantLock ending = new ReentrantLock();
    private final long startedAt = System.nanoTime();
    private final ProcessSession session;
    private volatile LaunchSpec spec;
    private volatile Spend total = Spend.NOTHING;

    ClaudeProcess(
            Process process,
            Cookie cookie,
            LaunchSpec spec,
            UUID sessionId,
            CliProperties properties,
            HeapLimits heapLimits,
            MessageCodec codec) {
        this.process = process;
        this.cookie = cookie;
        this.spec = spec;
        this.session = new ProcessSession(sessionId);
        this.properties = properties;
        this.heapLimits = heapLimits;
        this.codec = codec;
        this.wire = new ProcessPipes(process, codec, heapLimits.line(), new Inbox());
        this.wire.start();
    }

    /** The session that the process works in. */
    public UUID sessionId() {
        return session.id();
    }

    /** The spec that the process runs with now. */
    public LaunchSpec spec() {
        return spec;
    }

    public long pid() {
        return process.pid();
    }

    /** Returns how long it has been running. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** The number of sessions so far: one, and one more after each {@link #clear()}. */
    public int sessions() {
        return session.sessions();
    }

    /** The memory it has resident, without that of its tools; nothing where that cannot be learned. */
    public DataSize memory() {
        return ProcessTree.memory(process.pid());
    }

    public boolean isAlive() {
        return process.isAlive() && !wire.hasEnded() && !outsideTurns.seen();
    }

    /** Completes when the process has worked while no turn was under way, and has been ended; with the cost of that. */
    public CompletableFuture<Spend> workOutsideTurns() {
        return outsideTurns.work();
    }

    /** Returns whether nothing has been said in the session, by us or by the process. */
    public boolean isPristine() {
        return session.isPristine();
    }

    /**
     * Returns whether it still reacts; blocks only for a process that has been silent for a while, and then for some
     * milliseconds.
     */
    public boolean isResponsive() {
        return wire.silence().compareTo(RECENT) < 0 || answers();
    }

    /** Asks what it answers without the API: {@code get_usage} would ask that for the limits of a subscription. */
    boolean answers() {
        return ask(ControlRequests.mcpStatus(), LONGEST_SILENCE).isGiven();
    }

    /** Completes when the process has ended, for whatever reason. */
    public CompletableFuture<?> onExit() {
        return process.onExit();
    }

    /**
     * Makes the idle process load what its first turn needs, which leaves no trace in the session; blocks until that is
     * done, some 100 ms. The summary is made without the API, the details are not. A CLI that refuses is only slower;
     * one that does not answer is good for nothing.
     */
    public Optional<Failure> warmUp() {
        ControlAnswer answer = ask(ControlRequests.contextSummary(), WAIT_FOR_ANSWER);
        if (!answer.isGiven()) {
            return Optional.ofNullable(answer.error()).map(this::notReady);
        }
        return isPristine() ? Optional.empty() : Optional.of(notReady("it worked before it was asked"));
    }

    /** Changes model, effort and permission mode between turns, where they differ; blocks for some milliseconds. */
    public Optional<Failure> switchTo(LaunchSpec wanted) {
        if (!wanted.servedBy(spec)) {
            return Optional.of(
                    Failure.of(FailureCode.SWITCH_REFUSED, "A running process cannot become what is asked."));
        }
        for (ObjectNode request : ControlRequests.toSwitch(spec, wanted)) {
            ControlAnswer answer = ask(request, WAIT_FOR_ANSWER);
            if (answer.error() != null) {
                return Optional.of(Failure.of(FailureCode.SWITCH_REFUSED, answer.error()));
            }
        }
        spec = wanted;
        return Optional.empty();
    }

    /** Clears the session between turns; {@link #sessionId()} changes. After a failure it may remember everything. */
    public Optional<Failure> clear() throws InterruptedException {
        session.clearBegins();
        // No answer, no charge: the result of /clear has no turns, and the totals begin again.
        Turn turn = begin(new Prompt("/clear", true), new TurnLimits(WAIT_FOR_ANSWER, null), event -> {});
        TurnResult ending = turn.await();
        outsideTurns.report(ending.spend());
        return switch (ending) {
            case TurnResult.Failed failed
            when failed.failure().code() != FailureCode.TASK_FAILED -> Optional.of(failed.failure());
            case TurnResult.Cancelled _ -> Optional.of(Failure.of(FailureCode.EXECUTION_ERROR, "It was cancelled."));
            default ->
                ending.spend().usd().compareTo(Money.ZERO) > 0
                        ? Optional.of(Failure.of(FailureCode.EXECUTION_ERROR, "claude worked instead of clearing."))
                        : session.cleared();
        };
    }

    /**
     * Sends a prompt and returns at once. The {@code listener} is called on the thread that awaits the turn.
     *
     * @throws IllegalStateException while another turn is under way
     */
    public Turn begin(Prompt prompt, TurnLimits limits, Consumer<TurnEvent> listener) {
        Deadlines deadlines = new Deadlines(limits.total(), properties.firstByteTimeout(), properties.silenceTimeout());
        Turn turn =
                new Turn(this, limits, deadlines, new SpendMeter(total), new Mailbox(heapLimits.mailbox()), listener);
        if (!current.compareAndSet(null, turn)) {
            throw new IllegalStateException("a turn is under way");
        }
        session.turnBegins();
        if (!outsideTurns.seen()) {
            wire.send(codec.prompt(prompt));
        }
        if (wire.hasEnded() || outsideTurns.seen()) {
            turn.end();
        }
        return turn;
    }

    /** Ends the process and all that it started; blocks until nothing of it is left. */
    public void close() {
        Turn turn = current.get();
        if (turn != null) {
            turn.cancelAndWait(properties.stopGrace().multipliedBy(2));
        }
        ending.lock();
        try {
            if (current.get() == null && process.isAlive()) {
                wire.closeInput();
                Uninterruptibly.await(() -> !process.isAlive(), LONGEST_CLEAN_END);
            }
            kill();
        } finally {
            ending.unlock();
        }
    }

    /** TERM, on which {@code claude} ends its tools, then KILL to all that bear the cookie. */
    void kill() {
        ending.lock();
        try {
            List<ProcessHandle> descendants = process.descendants().toList();
            process.destroy();
            Uninterruptibly.await(() -> !process.isAlive(), properties.stopGrace());
            process.destroyForcibly();
            ProcessTree.kill(cookie.value()::equals, descendants);
            Uninterruptibly.await(() -> !process.isAlive(), WAIT_FOR_NOTICE); // dead already, but not yet noticed
        } finally {
            ending.unlock();
        }
    }

    /** Sends a request and waits for its answer; no answer in time counts as a refusal. */
    ControlAnswer ask(ObjectNode request, Duration longest) {
        return wire.request(request)
                .completeOnTimeout(
                        ControlAnswer.none("no answer within " + longest.toSeconds() + " s"),
                        longest.toMillis(),
                        TimeUnit.MILLISECONDS)
                .join();
    }

    /** The running total goes on from what the CLI saved with the session: that is not ours to pay. */
    Optional<String> takeBaseline() {
        SpendMeter meter = new SpendMeter(Spend.NOTHING);
        if (!readUsage(meter, WAIT_FOR_ANSWER)) {
            return Optional.of("it did not tell its cost");
        }
        total = meter.total();
        return Optional.empty();
    }

    /** Waits for MCP servers; tools that connect after the first turn began are never offered to it. */
    void awaitMcpServers() {
        Uninterruptibly.await(
                () -> ControlRequests.noServerIsPending(ask(ControlRequests.mcpStatus(), WAIT_FOR_ANSWER)),
                WAIT_FOR_MCP_SERVERS);
    }

    /** Ends the process from now on when it works outside a turn. */
    void watchOutsideTurns() {
        outsideTurns.watch();
    }

    /** Reports the running total to {@code meter}; returns false when the process did not answer. */
    boolean readUsage(SpendMeter meter, Duration longest) {
        ControlAnswer answer = ask(ControlRequests.usage(), longest);
        Optional<Spend> total = answer.error() == null ? MessageCodec.usage(answer.response()) : Optional.empty();
        total.ifPresent(meter::see);
        return total.isPresent();
    }

    void askForUsage(Turn turn) {
        var _ = wire.request(ControlRequests.usage()).thenAccept(turn::usage);
    }

    void interrupt() {
        var _ = wire.request(ControlRequests.interrupt());
    }

    Duration stopGrace() {
        return properties.stopGrace();
    }

    /** The turn is over at this running total; {@code unheard} came too late for it. */
    void turnOver(Spend total, Supplier<List<Mail>> unheard) {
        this.total = total;
        current.set(null);
        unheard.get().forEach(outsideTurns::received);
    }

    /** The running total at the end of the last turn. */
    Spend total() {
        return total;
    }

    boolean hasEnded() {
        return wire.hasEnded();
    }

    /** The failure of a process that cannot be used. */
    Failure notReady(String reason) {
        return exit().notReady(reason);
    }

    /** Returns how it has ended, if it has. */
    ProcessExit exit() {
        return new ProcessExit(process.isAlive() ? null : process.exitValue(), wire.stderr());
    }

    /** Receives the messages of the process: answers them at once, or puts them into the mailbox of the turn. */
    private final class Inbox implements ProcessPipes.Receiver {

        @Override
        public void received(CliMessage message, int bytes) {
            session.note(message);
            switch (message) {
                case CliMessage.PermissionRequest request -> wire.send(codec.denial(request));
                default -> toTurn(new Mail.Received(message), bytes);
            }
        }

        @Override
        public void lineTooLong() {
            toTurn(new Mail.LineTooLong(), 0);
        }

        @Override
        public void ended() {
            toTurn(new Mail.Ended(), 0);
        }

        private void toTurn(Mail mail, int bytes) {
            Turn turn = current.get();
            if (turn == null || !turn.put(mail, bytes)) {
                outsideTurns.received(mail);
            }
        }
    }
}
