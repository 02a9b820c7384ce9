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

    /** Returns the leading 60 bits of an id but its version: the id's place in the order of ids, 0 or more. */
    public static long number(UUID id) {
        return id.getMostSignificantBits() >>> 16 << 12 | (id.getMostSignificantBits() & 0xfff);
    }

    /** Returns the least id of a millisecond since 1970. */
    public static UUID first(long millis) {
        return new UUID(version7(millis << 12), 0x8000_0000_0000_0000L);
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
