package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdsTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private final SettableClock clock = new SettableClock(START);
    private final Ids ids = new Ids(clock);

    @Test
    void areUuidsOfVersionSevenThatBeginWithTheTime() {
        UUID id = ids.next();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(START.toEpochMilli());
    }

    @Test
    void keepTheirOrderWithinAMillisecondEvenWhenItsCounterIsUsedUp() {
        List<String> made = made(10_000);

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void keepTheirOrderWhenTheClockGoesBack() {
        List<String> made = new ArrayList<>(made(3));
        clock.advance(Duration.ofHours(-1));
        made.addAll(made(3));
        clock.advance(Duration.ofHours(2));
        made.addAll(made(3));

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void areUniqueAndInOrderOnEveryThread() throws Exception {
        Set<String> all = Collections.synchronizedSet(new HashSet<>());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<String>>> makers = Collections.nCopies(8, () -> made(2_000));
            for (Future<List<String>> maker : threads.invokeAll(makers)) {
                assertThat(maker.get()).isSorted();
                all.addAll(maker.get());
            }
        }

        assertThat(all).hasSize(16_000);
    }

    private List<String> made(int count) {
        return IntStream.range(0, count).mapToObj(_ -> ids.next().toString()).toList();
    }
}
