package dev.claudepool.event;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Which events a reader wants. */
public sealed interface EventFilter {

    boolean matches(Event event);

    /** Returns whether the reader also wants events that are only published live, such as partial text. */
    default boolean wantsUnstored() {
        return false;
    }

    /** Every event. */
    record All() implements EventFilter {
        @Override
        public boolean matches(Event event) {
            return true;
        }
    }

    /** The events of one task. */
    record OfTask(UUID taskId) implements EventFilter {
        @Override
        public boolean matches(Event event) {
            return taskId.equals(event.taskId());
        }

        @Override
        public boolean wantsUnstored() {
            return true;
        }
    }

    /** The events of one chain and of its tasks. */
    record OfChain(UUID chainId) implements EventFilter {
        @Override
        public boolean matches(Event event) {
            return chainId.equals(event.chainId());
        }
    }

    /** The events of one fan-out and of its tasks. */
    record OfFanOut(UUID fanOutId) implements EventFilter {
        @Override
        public boolean matches(Event event) {
            return fanOutId.equals(event.fanOutId());
        }
    }

    /** The events of the slots, the pool and the budget. */
    record OfPool() implements EventFilter {
        @Override
        public boolean matches(Event event) {
            return event.type().scope() == EventType.Scope.POOL;
        }

        @Override
        public boolean wantsUnstored() {
            return true;
        }
    }

    /**
     * The events of some types and tags.
     *
     * @param types the types; empty for all
     * @param tags what the event is about must have all of these
     * @param wantsUnstored whether events are wanted, too, that are only published live
     */
    record Selected(Set<EventType> types, List<String> tags, boolean wantsUnstored) implements EventFilter {

        public Selected {
            types = Set.copyOf(types);
            tags = List.copyOf(tags);
        }

        @Override
        public boolean matches(Event event) {
            return (types.isEmpty() || types.contains(event.type()))
                    && event.tags().containsAll(tags);
        }
    }
}
