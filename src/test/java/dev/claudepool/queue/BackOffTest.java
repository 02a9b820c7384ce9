package dev.claudepool.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final BackOff backOff = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(3));

    @Test
    void doublesUpToTheLongest() {
        assertThat(IntStream.rangeClosed(0, 5)
                        .mapToObj(failures -> backOff.after(failures).toMillis()))
                .containsExactly(0L, 500L, 1_000L, 2_000L, 3_000L, 3_000L);
    }

    @Test
    void neverOverflows() {
        assertThat(backOff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(3));
    }
}
