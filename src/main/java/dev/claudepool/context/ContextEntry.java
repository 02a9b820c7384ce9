package dev.claudepool.context;

import java.time.Instant;

/**
 * A note of the shared context, as clients see it; the value is never logged.
 *
 * @param key its name
 * @param value its text
 * @param updatedAt when the value was last changed
 */
record ContextEntry(String key, String value, Instant updatedAt) {

    @Override
    public String toString() {
        return "ContextEntry[" + key + " of " + value.length() + " characters]";
    }
}
