package dev.claudepool.event;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The types of events; the wire names are a contract with clients. */
@Schema(enumAsRef = true)
public enum EventType {
    TASK_STATE("task.state", Scope.TASK, Storage.KEPT),
    TASK_TEXT("task.text", Scope.TASK, Storage.EXPIRES),
    /** Partial text; sent live, never stored, and without a number. */
    TASK_DELTA("task.delta", Scope.TASK, Storage.NONE),
    TASK_TOOL("task.tool", Scope.TASK, Storage.EXPIRES),
    TASK_RETRY("task.retry", Scope.TASK, Storage.EXPIRES),
    TASK_SPEND("task.spend", Scope.TASK, Storage.EXPIRES),
    /** An attempt at a task has ended. */
    TASK_ATTEMPT("task.attempt", Scope.TASK, Storage.EXPIRES),
    /** A queued task waits for something else than before. */
    TASK_WAITING("task.waiting", Scope.TASK, Storage.EXPIRES),
    CHAIN_STATE("chain.state", Scope.CHAIN, Storage.KEPT),
    CHAIN_STEP("chain.step", Scope.CHAIN, Storage.KEPT),
    FAN_OUT_STATE("fanout.state", Scope.FAN_OUT, Storage.KEPT),
    SLOT_STATE("slot.state", Scope.POOL, Storage.EXPIRES),
    /** A process worked while it had no task; it was ended, and what that cost is booked. */
    SLOT_SPEND("slot.spend", Scope.POOL, Storage.EXPIRES),
    POOL_STATE("pool.state", Scope.POOL, Storage.EXPIRES),
    /** The figures of the pool; sent live every second, never stored, and without a number. */
    POOL_STATS("pool.stats", Scope.POOL, Storage.NONE),
    BUDGET_CHANGED("budget.changed", Scope.POOL, Storage.EXPIRES);

    private final String wireName;
    private final Scope scope;
    private final Storage storage;

    EventType(String wireName, Scope scope, Storage storage) {
        this.wireName = wireName;
        this.scope = scope;
        this.storage = storage;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** Returns what events of this type are about. */
    Scope scope() {
        return scope;
    }

    /** Returns whether events of this type stay as long as their subject. */
    boolean isKept() {
        return storage == Storage.KEPT;
    }

    /** Returns whether events of this type are stored at all. */
    public boolean isStored() {
        return storage != Storage.NONE;
    }

    /** The wire names of the types that match, as an SQL list, in the order of declaration. */
    static String sqlList(Predicate<EventType> matches) {
        return Arrays.stream(values())
                .filter(matches)
                .map(type -> "'" + type.wireName + "'")
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** @throws IllegalArgumentException when no type has this wire name */
    static EventType ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(wireName));
    }

    /** What an event is about. */
    enum Scope {
        TASK,
        CHAIN,
        FAN_OUT,
        /** The slots, the pool and the budget. */
        POOL
    }

    /** How long an event is stored. */
    private enum Storage {
        /** As long as its subject. */
        KEPT,
        /** For {@code claude-pool.retention.events}. */
        EXPIRES,
        /** Not at all: it is only published live. */
        NONE
    }
}
