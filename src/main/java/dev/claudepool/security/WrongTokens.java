package dev.claudepool.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the wrong tokens from an address, and makes a client that guesses wait. A right token is never refused,
 * however many wrong ones came before: behind a proxy all clients have the same address. Thread-safe.
 */
public class WrongTokens {

    private static final Logger log = LoggerFactory.getLogger(WrongTokens.class);

    private static final int ALLOWED = 100;
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;
    /** Whoever has one address of IPv6 has all that begin like it. */
    private static final int PREFIX_BYTES = 8;

    private final LongSupplier nanoTime;
    /** By client; in the order in which the periods began. */
    private final Map<String, Period> periods = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime()} */
    WrongTokens(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts one; when there were too many lately, returns for how long no more should come. */
    public synchronized Optional<Duration> count(String address) {
        long now = nanoTime.getAsLong();
        forget(now);
        String client = client(address);
        Period period = periods.merge(client, new Period(now, 1), (old, _) -> new Period(old.start, old.count + 1));
        if (period.count == ALLOWED + 1) {
            log.warn("There were more than {} wrong tokens within {} from {}", ALLOWED, PERIOD, address);
        }
        return period.count <= ALLOWED ? Optional.empty() : Optional.of(PERIOD.minusNanos(now - period.start));
    }

    private void forget(long now) {
        Iterator<Period> first = periods.values().iterator();
        while (first.hasNext() && (now - first.next().start >= PERIOD.toNanos() || periods.size() >= MOST_ADDRESSES)) {
            first.remove();
        }
    }

    private static String client(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address six
                    ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), PREFIX_BYTES))
                    : address;
        } catch (IllegalArgumentException _) {
            return address;
        }
    }

    /** The wrong tokens of one client since {@code start}. */
    private record Period(long start, int count) {}
}
