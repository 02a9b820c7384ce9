package dev.claudepool.event;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Which events a reader wants. */
public sealed interface EventFilter {

    boolean matches(Event event);

    /** Returns whether the reader also wants events of this type, which are only published live. */
    default boolean wantsUnstored(EventType type) {
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
        public boolean wantsUnstored(EventType type) {
            return type.scope() == EventType.Scope.TASK;
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
        public boolean wantsUnstored(EventType type) {
            return type.scope() == EventType.Scope.POOL;
        }
    }

    /**
     * The events of some types and tags.
     *
     * @param types the types; empty for all
     * @param tags what the event is about must have all of these
     * @param unstored whether events are wanted, too, that are only published live
     */
    record Selected(Set<EventType> types, List<String> tags, boolean unstored) implements EventFilter {

        public Selected {
            types = Set.copyOf(types);
            tags = List.copyOf(tags);
        }

        @Override
        public boolean matches(Event event) {
            return wants(event.type()) && event.tags().containsAll(tags);
        }

        private boolean wants(EventType type) {
            return types.isEmpty() || types.contains(type);
        }

        @Override
        public boolean wantsUnstored(EventType type) {
            return unstored && wants(type);
        }
    }
}
