package dev.claudepool.claude;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.claude.Mailbox.Mail;
import dev.claudepool.process.Uninterruptibly;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches a process while no turn is under way. It has nothing to do then; a process that works all the same is ended,
 * and what the work cost is reported once. Thread-safe.
 */
final class OutsideTurns {

    private static final Duration WAIT_FOR_USAGE = Duration.ofSeconds(2);

    private final ClaudeProcess process;
    private final CompletableFuture<Spend> work = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean watching;
    private volatile @Nullable SpendMeter meter;
    /** Whether the latest message was a result, whose total is final. */
    private volatile boolean over;

    OutsideTurns(ClaudeProcess process) {
        this.process = process;
    }

    /** Begins to watch; what the process says while it starts is no work. */
    void watch() {
        locked(() -> watching = true);
    }

    /** Completes with the cost of such work, once the process is gone. */
    CompletableFuture<Spend> work() {
        return work;
    }

    /** Returns whether the process has worked, and so is being ended. */
    boolean seen() {
        return meter != null;
    }

    /** Reports what was no task's work, but cost something; the process is to be ended. */
    void report(Spend cost) {
        if (cost.usd().compareTo(Money.ZERO) > 0) {
            work.complete(cost);
        }
    }

    /** Takes in what no turn takes. */
    void received(Mail mail) {
        locked(() -> {
            if (!watching || !(seen() || isWork(mail))) {
                return;
            }
            SpendMeter known = meter;
            SpendMeter counting = known == null ? new SpendMeter(process.total()) : known;
            meter = counting;
            count(mail, counting);
            if (known == null) {
                Thread.ofVirtual()
                        .name("claude-" + process.pid() + "-outside-turn")
                        .start(() -> end(counting));
            }
        });
    }

    private void count(Mail mail, SpendMeter counting) {
        if (!(mail instanceof Mail.Received(CliMessage message))) {
            return;
        }
        switch (message) {
            case CliMessage.Result result -> {
                counting.see(result.total());
                over = true;
            }
            case CliMessage.ConversationReset _ -> counting.restart();
            case CliMessage.Assistant _, CliMessage.TextDelta _ -> over = false;
            default -> {}
        }
    }

    /** A process that has ended can say only what its last turn did not hear: the final account. */
    private boolean isWork(Mail mail) {
        return switch (mail) {
            case Mail.Received(CliMessage.Result result) -> process.isAlive() || costsMore(result);
            case Mail.Received(CliMessage message) ->
                process.isAlive() && (message.showsWork() || message instanceof CliMessage.ConversationReset);
            case Mail.LineTooLong _ -> process.isAlive();
            case Mail.Usage _, Mail.Ended _, Mail.Cancel _ -> false;
        };
    }

    private boolean costsMore(CliMessage.Result result) {
        return result.total().usd().compareTo(process.total().usd()) > 0;
    }

    /** Only an interrupted reply is priced, so the process is not simply killed. */
    private void end(SpendMeter counting) {
        if (!over) {
            process.interrupt();
            Uninterruptibly.await(() -> over || process.hasEnded(), process.stopGrace());
        }
        boolean exact = process.readUsage(counting, WAIT_FOR_USAGE) || over;
        process.kill();
        Uninterruptibly.await(process::hasEnded, WAIT_FOR_USAGE); // its last lines may still be read
        Spend spend = counting.spend();
        work.complete(exact ? spend : spend.asEstimate());
    }

    private void locked(Runnable access) {
        lock.lock();
        try {
            access.run();
        } finally {
            lock.unlock();
        }
    }
}
