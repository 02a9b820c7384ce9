package dev.claudepool.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** The kinds of events; the wire names are a contract with clients. */
public enum EventType {
    TASK_STATE("task.state"),
    TASK_TEXT("task.text"),
    /** Partial text; sent live, never stored, and without a number. */
    TASK_DELTA("task.delta"),
    TASK_TOOL("task.tool"),
    TASK_RETRY("task.retry"),
    TASK_SPEND("task.spend"),
    CHAIN_STATE("chain.state"),
    CHAIN_STEP("chain.step"),
    FAN_OUT_STATE("fanout.state"),
    SLOT_STATE("slot.state"),
    /** A process worked while it had no task; it was ended, and what that cost is booked. */
    SLOT_SPEND("slot.spend"),
    POOL_STATE("pool.state"),
    BUDGET_CHANGED("budget.changed");

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException when no type has this wire name */
    static EventType ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(wireName));
    }
}
