package dev.claudepool.demo;

import dev.claudepool.demo.Directive.Times;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts how often each scripted fault was served; forgets the oldest ones. Thread-safe. */
final class FaultCounts {

    private static final int REMEMBERED = 1000;

    private final Map<Key, Integer> counts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Returns whether the fault is due for this request, which then counts. */
    boolean strikes(MessagesRequest request, Directive fault, Times times) {
        if (times.equals(Times.ALWAYS)) {
            return true;
        }
        Key key = times.perSession() ? new Key("", fault, request.sessionId()) : new Key(request.prompt(), fault, null);
        synchronized (counts) {
            int before = counts.getOrDefault(key, 0);
            if (before >= times.limit()) {
                return false;
            }
            counts.put(key, before + 1);
            return true;
        }
    }

    private record Key(
            String prompt, Directive fault, @Nullable String session) {}
}
