package dev.claudepool.event;

import java.util.UUID;

/** Which events a reader wants. */
public sealed interface EventFilter {

    boolean matches(Event event);

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
    }
}
