package dev.claudepool.event;

import java.util.List;

/**
 * Some events of the log that follow each other.
 *
 * @param events those that were wanted, in order; there may be more behind {@code upTo} even when there are none here
 * @param upTo the number up to which the log was read: where to go on; the reader's own number when nothing came since
 */
public record EventBatch(List<Event> events, long upTo) {

    public EventBatch {
        events = List.copyOf(events);
    }
}
