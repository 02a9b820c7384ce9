package dev.claudepool.acceptance;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Tells events apart. */
final class Events {

    private Events() {}

    static Predicate<Event> ofTask(String id) {
        return event -> event.taskId() != null && event.taskId().toString().equals(id);
    }

    static Predicate<Event> ofSlot(String id) {
        return event -> event.type() == EventType.SLOT_STATE && id.equals(event.slotId());
    }

    static Predicate<Event> inState(String state) {
        return event -> state(event).equals(state);
    }

    static Predicate<Event> taskState(String state) {
        return inState(state).and(event -> event.type() == EventType.TASK_STATE);
    }

    /** A slot has begun a task. */
    static Predicate<Event> taskStarted() {
        return taskState("RUNNING")
                .and(event -> !event.data().path("cancelling").asBoolean());
    }

    static Predicate<Event> poolState(String state) {
        return inState(state).and(event -> event.type() == EventType.POOL_STATE);
    }

    /** The state it tells of. */
    static String state(Event event) {
        return event.data().path("state").asString("");
    }

    static long seq(Event event) {
        return Objects.requireNonNull(event.seq());
    }

    /** The first that is so. */
    static Event first(List<Event> events, Predicate<Event> which) {
        return events.stream().filter(which).findFirst().orElseThrow();
    }

    static long count(List<Event> events, Predicate<Event> which) {
        return events.stream().filter(which).count();
    }
}
