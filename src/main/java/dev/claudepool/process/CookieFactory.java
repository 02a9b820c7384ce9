package dev.claudepool.process;

import dev.claudepool.store.PoolId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the cookies of one running instance on one data directory. Thread-safe. */
public final class CookieFactory {

    private final String pool;
    private final String instance;
    private final AtomicLong number = new AtomicLong();

    public CookieFactory(Path dataDirectory) {
        this.pool = PoolId.of(dataDirectory);
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        this.instance = HexFormat.of().formatHex(random);
    }

    /** Makes the cookie of the next process of a slot. */
    public Cookie next(String slotId) {
        return new Cookie(pool + "/" + instance + "/" + slotId + "/" + number.incrementAndGet());
    }

    /** Returns whether a cookie of this value was made for the same data directory by an instance before this one. */
    public boolean isLeftover(String value) {
        return value.startsWith(pool + "/") && !value.startsWith(pool + "/" + instance + "/");
    }
}
