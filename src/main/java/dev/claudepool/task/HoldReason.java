package dev.claudepool.task;

/** Why a queued task is not to be claimed, whatever else. */
public enum HoldReason {
    /** Its fan-out lets no more run at once, or is being stopped. */
    FAN_OUT("fanOut"),
    /** Others of its chain or fan-out hold the money of that. */
    BUDGET("budget");

    private final String wireName;

    HoldReason(String wireName) {
        this.wireName = wireName;
    }

    /** Returns what clients read in {@code waitingFor}. */
    public String wireName() {
        return wireName;
    }
}
