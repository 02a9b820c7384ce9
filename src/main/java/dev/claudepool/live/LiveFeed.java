package dev.claudepool.live;

import dev.claudepool.event.Event;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import dev.claudepool.live.Pump.Transport;
import dev.claudepool.store.ShutdownPhases;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** All pumps of this instance, and the one listener that offers them what happens. Thread-safe. */
@Component
public class LiveFeed implements SmartLifecycle {

    private final EventLog log;
    private final LiveProperties properties;
    private final Counter droppedDeltas;
    private final Set<Pump> pumps = ConcurrentHashMap.newKeySet();
    private volatile long lastPublished; // written by one thread at a time, which has the writer's lock
    private volatile EventLog.@Nullable Registration registration;

    LiveFeed(EventLog log, LiveProperties properties, MeterRegistry meters) {
        this.log = log;
        this.properties = properties;
        this.droppedDeltas = Counter.builder("claude.pool.live.deltas.dropped")
                .description("Partial texts that a subscriber was too slow for")
                .register(meters);
        for (Transport transport : Transport.values()) {
            Gauge.builder("claude.pool.live.subscribers", this, feed -> feed.count(transport))
                    .description("Subscribers to events")
                    .tag("transport", transport.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
    }

    /** A pump that is to be run by its caller; after the stop it ends at once. */
    public Pump open(Transport transport, EventFilter filter, long after, Sink sink) {
        Inbox inbox = new Inbox(droppedDeltas::increment);
        Pump pump = new Pump(log, transport, filter, after, sink, properties.keepAlive(), inbox, pumps::remove);
        pumps.add(pump);
        if (!isRunning()) {
            pump.close();
        }
        return pump;
    }

    /** The number of the last stored event that was published; what it tells of is committed. */
    long lastPublished() {
        return lastPublished;
    }

    /** The subscribers by {@code transport}. */
    public long count(Transport transport) {
        return pumps.stream().filter(pump -> pump.transport() == transport).count();
    }

    @Override
    public void start() {
        lastPublished = log.lastSeq();
        registration = log.listen(new FeedListener());
    }

    @Override
    public void stop() {
        EventLog.Registration ending = registration;
        registration = null;
        if (ending != null) {
            ending.close();
        }
        pumps.forEach(Pump::close);
    }

    @Override
    public boolean isRunning() {
        return registration != null;
    }

    @Override
    public int getPhase() {
        return ShutdownPhases.STREAMS;
    }

    private final class FeedListener implements EventLog.Listener {

        @Override
        public void onEvent(Event event, EventData data) {
            offer(event);
        }

        @Override
        public boolean wantsUnstored(EventType type) {
            return pumps.stream().anyMatch(pump -> pump.wantsUnstored(type));
        }
    }

    private void offer(Event event) {
        Long seq = event.seq();
        if (seq != null) {
            if (seq != lastPublished + 1) {
                pumps.forEach(Pump::fallBehind); // something was stored that nobody told us of
            }
            lastPublished = seq;
        }
        pumps.forEach(pump -> pump.offer(event));
    }
}
