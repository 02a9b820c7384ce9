package dev.claudepool.claude;

import dev.claudepool.store.PoolId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The mark in the environment of a {@code claude} process, which everything it starts inherits and by which all of it
 * is found again: {@code <pool>/<instance>/<slot>/<number>}.
 *
 * @param value the text of the environment variable
 */
record Cookie(String value) {

    static final String VARIABLE = "CLAUDE_POOL_ATTEMPT";

    /** Makes the cookies of one running instance on one data directory. Thread-safe. */
    static final class Jar {

        private final String pool;
        private final String instance;
        private final AtomicLong number = new AtomicLong();

        Jar(Path dataDirectory) {
            this.pool = PoolId.of(dataDirectory);
            byte[] random = new byte[6];
            new SecureRandom().nextBytes(random);
            this.instance = HexFormat.of().formatHex(random);
        }

        Cookie next(String slotId) {
            return new Cookie(pool + "/" + instance + "/" + slotId + "/" + number.incrementAndGet());
        }

        /** Whether a cookie of this value was made for the same data directory by an instance before this one. */
        boolean isLeftover(String value) {
            return value.startsWith(pool + "/") && !value.startsWith(pool + "/" + instance + "/");
        }
    }
}
