package dev.claudepool.dispatch;

import dev.claudepool.budget.Spend;
import dev.claudepool.claude.TurnEvent;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.event.PendingEvents;
import dev.claudepool.queue.TaskSettlement;
import dev.claudepool.store.Later;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what happens in a turn into events of its task, and its running cost into entries of the ledger. Stored events
 * are gathered for some milliseconds and written together, at the latest with the end of the task; partial text is
 * coalesced and never stored. Thread-safe.
 */
class AttemptJournal {

    private static final Logger logger = LoggerFactory.getLogger(AttemptJournal.class);

    private static final Duration GATHERING = Duration.ofMillis(25);
    /** At most five a second of each task. */
    private static final Duration DELTA_PAUSE = Duration.ofMillis(200);

    private static final int LONGEST_TEXT = 64 * 1024;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_TOOL_TEXT = 2 * 1024;

    private final EventLog log;
    private final TaskSettlement settlement;
    private final Transactions transactions;
    private final JsonMapper json;
    private final Task task;
    private final PendingEvents<Entry> entries = new PendingEvents<>();
    private final StringBuilder delta = new StringBuilder();
    private volatile Spend spent = Spend.NOTHING;
    private boolean deltaPaused;
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    AttemptJournal(EventLog log, TaskSettlement settlement, Transactions transactions, JsonMapper json, Task task) {
        this.log = log;
        this.settlement = settlement;
        this.transactions = transactions;
        this.json = json;
        this.task = task;
    }

    void accept(TurnEvent event) {
        switch (event) {
            case TurnEvent.Delta(String text) -> delta(text);
            case TurnEvent.Text(String text) -> {
                dropDelta();
                add(EventType.TASK_TEXT, shortened("text", text, LONGEST_TEXT));
            }
            case TurnEvent.ToolUse(String id, String name, JsonNode input) ->
                add(
                        EventType.TASK_TOOL,
                        shortened("input", input.toString(), LONGEST_TOOL_TEXT)
                                .put("toolUseId", name(id))
                                .put("name", name(name)));
            case TurnEvent.ToolResult(String id, boolean error, String content) ->
                add(
                        EventType.TASK_TOOL,
                        shortened("result", content, LONGEST_TOOL_TEXT)
                                .put("toolUseId", name(id))
                                .put("isError", error));
            case TurnEvent.Retry retry ->
                add(
                        EventType.TASK_RETRY,
                        json.createObjectNode()
                                .put("reason", name(retry.error()))
                                .put("status", retry.status())
                                .put("attempt", retry.attempt())
                                .put("maxRetries", retry.maxRetries())
                                .put("delayMs", retry.delay().toMillis()));
            case TurnEvent.Spent(var spend) -> {
                spent = spend;
                add(
                        EventType.TASK_SPEND,
                        json.createObjectNode()
                                .put("spendUsd", task.spend().plus(spend).usd().toUsd()));
            }
        }
    }

    /**
     * Writes what has been gathered; joins the caller's transaction, if there is one. Whoever has the writer's lock
     * writes everything, so nothing can come after the event with which the caller ends the task.
     */
    void flush() {
        flushScheduled.set(false);
        if (entries.isEmpty()) {
            return;
        }
        transactions.writing(() -> {
            List<Entry> taken = entries.takeIn(transactions);
            taken.forEach(entry -> log.append(task.subject(), entry.type, entry.data));
            if (taken.stream().anyMatch(entry -> entry.type == EventType.TASK_SPEND)) {
                settlement.running(task, spent);
            }
        });
    }

    /** Forgets what has been gathered, in the caller's transaction: it is written already. */
    void discard() {
        var _ = entries.takeIn(transactions);
    }

    private void flushEarly() {
        try {
            flush();
        } catch (DataAccessException | TransactionException e) {
            logger.warn("Events must wait for the store task={}: {}", task.id(), e.getMessage());
        }
    }

    private void add(EventType type, ObjectNode data) {
        entries.add(new Entry(type, data));
        if (!flushScheduled.getAndSet(true)) {
            Later.run(GATHERING, this::flushEarly);
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
        tell(ready);
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
        Later.run(DELTA_PAUSE, () -> {
            String more;
            synchronized (this) {
                more = takeDelta();
            }
            tell(more);
        });
        return text;
    }

    private synchronized void dropDelta() {
        delta.setLength(0);
    }

    private void tell(@Nullable String text) {
        if (text != null) {
            log.tellUnstored(
                    task.subject(),
                    EventType.TASK_DELTA,
                    json.createObjectNode().put("text", text));
        }
    }

    private static String name(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    private ObjectNode shortened(String name, String text, int longest) {
        ObjectNode data = json.createObjectNode();
        boolean cut = text.length() > longest;
        data.put(name, cut ? text.substring(0, longest) : text);
        return cut ? data.put("truncated", true) : data;
    }

    private record Entry(EventType type, ObjectNode data) {}
}
