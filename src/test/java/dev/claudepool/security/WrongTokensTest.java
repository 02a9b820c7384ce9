package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WrongTokensTest {

    private static final String ADDRESS = "192.0.2.7";

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1); // it may overflow
    private final WrongTokens tokens = new WrongTokens(nanoTime::get);

    @Test
    void aFewMistakesAreFree() {
        count(100, ADDRESS);

        assertThat(tokens.count(ADDRESS)).contains(Duration.ofMinutes(1));
    }

    @Test
    void thePauseEndsWithTheMinuteInWhichTheyCame() {
        count(101, ADDRESS);
        nanoTime.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(tokens.count(ADDRESS)).contains(Duration.ofSeconds(1));

        nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(tokens.count(ADDRESS)).isEmpty();
    }

    @Test
    void otherAddressesAreOthers() {
        count(101, ADDRESS);

        assertThat(tokens.count("192.0.2.8")).isEmpty();
    }

    @Test
    void oneNetworkOfIpv6IsOneAddress() {
        for (int host = 0; host < 100; host++) {
            assertThat(tokens.count("2001:db8:1:2::" + host)).isEmpty();
        }

        assertThat(tokens.count("2001:db8:1:2:ffff::1")).isPresent();
        assertThat(tokens.count("2001:db8:1:3::1")).isEmpty();
    }

    @Test
    void onlySoManyAddressesAreKept() {
        count(101, ADDRESS);
        for (int other = 0; other < 9_999; other++) {
            assertThat(tokens.count("10.0." + other / 256 + "." + other % 256)).isEmpty();
        }
        assertThat(tokens.count("10.0.0.0")).isEmpty();
        assertThat(tokens.count("10.1.0.0")).isEmpty();

        assertThat(tokens.count(ADDRESS)).isEmpty();
    }

    private void count(int times, String address) {
        for (int i = 0; i < times; i++) {
            var _ = tokens.count(address);
        }
    }
}
