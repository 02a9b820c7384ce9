package dev.claudepool.dispatch;

import dev.claudepool.budget.Spend;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.PendingEvents;
import dev.claudepool.queue.TaskSettlement;
import dev.claudepool.store.Scheduler;
import dev.claudepool.store.StoreUnavailableException;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Turns what happens in a turn into events of its task, and its running cost into entries of the ledger. Stored events
 * are gathered for some milliseconds and written together, at the latest with the end of the task; partial text is
 * coalesced and never stored. Thread-safe.
 */
class AttemptJournal {

    private static final Logger logger = LoggerFactory.getLogger(AttemptJournal.class);

    private static final Duration GATHERING = Duration.ofMillis(25);
    /** The pause between two deltas of a task: at most five a second. */
    private static final Duration DELTA_PAUSE = Duration.ofMillis(200);

    private static final int LONGEST_TEXT = 64 * 1024;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_TOOL_TEXT = 2 * 1024;

    private final EventLog log;
    private final TaskSettlement settlement;
    private final Transactions transactions;
    private final Scheduler scheduler;
    private final Task task;
    private final PendingEvents<AttemptEvent> events = new PendingEvents<>();
    private final StringBuilder delta = new StringBuilder();
    private volatile Spend spent = Spend.NOTHING;
    private boolean deltaPaused;
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    AttemptJournal(EventLog log, TaskSettlement settlement, Transactions transactions, Scheduler scheduler, Task task) {
        this.log = log;
        this.settlement = settlement;
        this.transactions = transactions;
        this.scheduler = scheduler;
        this.task = task;
    }

    void accept(TurnEvent event) {
        switch (event) {
            case TurnEvent.Delta(String text) -> delta(text);
            case TurnEvent.Text(String text) -> {
                dropDelta();
                add(new AttemptEvent.Text(cut(text, LONGEST_TEXT), isLonger(text, LONGEST_TEXT)));
            }
            case TurnEvent.ToolUse(String id, String name, JsonNode input) -> {
                String text = input.toString();
                add(new AttemptEvent.ToolCalled(
                        cut(text, LONGEST_TOOL_TEXT),
                        isLonger(text, LONGEST_TOOL_TEXT),
                        cut(id, LONGEST_NAME),
                        cut(name, LONGEST_NAME)));
            }
            case TurnEvent.ToolResult(String id, boolean error, String content) ->
                add(new AttemptEvent.ToolReturned(
                        cut(content, LONGEST_TOOL_TEXT),
                        isLonger(content, LONGEST_TOOL_TEXT),
                        cut(id, LONGEST_NAME),
                        error));
            case TurnEvent.Retry retry ->
                add(new AttemptEvent.Retried(
                        cut(retry.error(), LONGEST_NAME),
                        retry.status(),
                        retry.attempt(),
                        retry.maxRetries(),
                        retry.delay().toMillis()));
            case TurnEvent.Spent(var spend) -> {
                spent = spend;
                add(new AttemptEvent.Spent(task.spend().plus(spend).usd()));
            }
        }
    }

    /**
     * Writes what has been gathered; joins the caller's transaction, if there is one. Whoever has the writer's lock
     * writes everything, so nothing can come after the event with which the caller ends the task.
     */
    void flush() {
        flushScheduled.set(false);
        if (events.isEmpty()) {
            return;
        }
        transactions.writing(() -> {
            List<AttemptEvent> taken = events.takeIn(transactions);
            taken.forEach(event -> log.append(task.subject(), event));
            if (taken.stream().anyMatch(AttemptEvent.Spent.class::isInstance)) {
                settlement.running(task, spent);
            }
        });
    }

    /** Drops what has been gathered, in the caller's transaction. */
    void discard() {
        var _ = events.takeIn(transactions);
    }

    private void flushEarly() {
        try {
            flush();
        } catch (StoreUnavailableException e) {
            logger.warn("Events must wait for the store task={}: {}", task.id(), e.getMessage());
        }
    }

    private void add(AttemptEvent event) {
        events.add(event);
        if (!flushScheduled.getAndSet(true)) {
            scheduler.schedule(GATHERING, this::flushEarly);
        }
    }

    private void delta(String text) {
        String ready = null;
        synchronized (this) {
            delta.append(text);
            if (!deltaPaused) {
                ready = takeDelta();
            }
        }
        publish(ready);
    }

    /** Called with the lock held. */
    private @Nullable String takeDelta() {
        if (delta.isEmpty()) {
            deltaPaused = false;
            return null;
        }
        String text = delta.toString();
        delta.setLength(0);
        deltaPaused = true;
        scheduler.schedule(DELTA_PAUSE, () -> {
            String more;
            synchronized (this) {
                more = takeDelta();
            }
            publish(more);
        });
        return text;
    }

    private synchronized void dropDelta() {
        delta.setLength(0);
    }

    private void publish(@Nullable String text) {
        if (text != null) {
            log.publishUnstored(task.subject(), new AttemptEvent.Delta(text));
        }
    }

    private static String cut(String text, int longest) {
        return isLonger(text, longest) == null ? text : text.substring(0, longest);
    }

    /** Null rather than false, since the events say so only of what was cut. */
    private static @Nullable Boolean isLonger(String text, int longest) {
        return text.length() > longest ? true : null;
    }
}
