package dev.claudepool.event;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The types of events; the wire names are a contract with clients. */
@Schema(enumAsRef = true)
public enum EventType {
    TASK_STATE("task.state", Scope.TASK, true),
    TASK_TEXT("task.text", Scope.TASK, false),
    /** Partial text; sent live, never stored, and without a number. */
    TASK_DELTA("task.delta", Scope.TASK, false),
    TASK_TOOL("task.tool", Scope.TASK, false),
    TASK_RETRY("task.retry", Scope.TASK, false),
    TASK_SPEND("task.spend", Scope.TASK, false),
    CHAIN_STATE("chain.state", Scope.CHAIN, true),
    CHAIN_STEP("chain.step", Scope.CHAIN, true),
    FAN_OUT_STATE("fanout.state", Scope.FAN_OUT, true),
    SLOT_STATE("slot.state", Scope.POOL, false),
    /** A process worked while it had no task; it was ended, and what that cost is booked. */
    SLOT_SPEND("slot.spend", Scope.POOL, false),
    POOL_STATE("pool.state", Scope.POOL, false),
    BUDGET_CHANGED("budget.changed", Scope.POOL, false);

    private final String wireName;
    private final Scope scope;
    private final boolean kept;

    EventType(String wireName, Scope scope, boolean kept) {
        this.wireName = wireName;
        this.scope = scope;
        this.kept = kept;
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
        return kept;
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
}
