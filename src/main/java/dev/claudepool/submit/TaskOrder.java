package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The order of a list of tasks. */
@Schema(enumAsRef = true)
enum TaskOrder {
    /** The last created first. */
    YOUNGEST(null, true, null),
    /** The first created first. */
    OLDEST(null, false, null),
    /** Queued tasks only, in the order in which slots take them, but for what each of them waits for. */
    QUEUE("t.rank + 0", false, "t.state = 'QUEUED'"),
    /** Ended tasks only, those that cost most first. */
    COST("t.spend_nanos", true, "t.finished_at is not null"),
    /** Ended tasks only, those with the longest time from start to end first. */
    DURATION("t.finished_at - coalesce(t.started_at, t.finished_at)", true, "t.finished_at is not null");

    /** What is ordered by before the id, of the table {@code task}, alias {@code t}. */
    private final @Nullable String key;

    private final boolean descending;
    private final @Nullable String condition;

    TaskOrder(@Nullable String key, boolean descending, @Nullable String condition) {
        this.key = key;
        this.descending = descending;
        this.condition = condition;
    }

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether tasks are ordered by something else than their age. */
    boolean hasKey() {
        return key != null;
    }

    boolean isDescending() {
        return descending;
    }

    /** The condition that listed tasks meet, whatever the filter. */
    @Nullable
    String condition() {
        return condition;
    }

    /** The expression of the key; 0 if there is none. */
    String key() {
        return key == null ? "0" : key;
    }

    /** The condition that a row comes after that of {@code :afterKey} and {@code :after}. */
    String after(String id) {
        String operator = descending ? " < " : " > ";
        return key == null ? id + operator + ":after" : "(" + key + ", " + id + ")" + operator + "(:afterKey, :after)";
    }

    /** The condition that a row does not come after that of {@code :stopKey} and {@code :stop}. */
    String until(String id) {
        String operator = descending ? " >= " : " <= ";
        return key == null ? id + operator + ":stop" : "(" + key + ", " + id + ")" + operator + "(:stopKey, :stop)";
    }

    /** What stands behind {@code order by}. */
    String by(String id) {
        String direction = descending ? " desc" : "";
        return (key == null ? "" : key + direction + ", ") + id + direction;
    }
}
