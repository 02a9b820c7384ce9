package dev.claudepool.store;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Makes time-ordered UUIDs (version 7, RFC 9562): later ids of one instance are always greater, so that they sort by
 * age. Thread-safe.
 */
@Component
public class Ids {

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private long lastTimestamp;

    Ids(InstantSource clock) {
        this.clock = clock;
    }

    public UUID next() {
        return new UUID(
                version7(nextTimestamp()), (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
    }

    /**
     * Milliseconds in the upper 48 bits and a counter in the 12 below, so that ids of one millisecond keep their order.
     */
    private synchronized long nextTimestamp() {
        lastTimestamp = Math.max(clock.millis() << 12, lastTimestamp + 1);
        return lastTimestamp;
    }

    private static long version7(long timestamp) {
        return (timestamp >>> 12 << 16) | 0x7000L | (timestamp & 0xfff);
    }
}
