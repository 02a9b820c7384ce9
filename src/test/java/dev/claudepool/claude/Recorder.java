package dev.claudepool.claude;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Keeps the events of a turn. */
final class Recorder implements Consumer<TurnEvent> {

    private final List<TurnEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(TurnEvent event) {
        events.add(event);
    }

    <T extends TurnEvent> List<T> all(Class<T> type) {
        return stream(type).toList();
    }

    <T extends TurnEvent> boolean has(Class<T> type) {
        return stream(type).findAny().isPresent();
    }

    private <T extends TurnEvent> Stream<T> stream(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }
}
