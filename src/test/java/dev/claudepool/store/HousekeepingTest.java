package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.dao.DataAccessResourceFailureException;

@Timeout(30)
class HousekeepingTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05Z"));
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final StaticListableBeanFactory beans = new StaticListableBeanFactory();
    private final List<Instant> calls = new ArrayList<>();

    @Test
    void beginsAtTheStartAndGoesOnUntilNothingIsLeft() {
        beans.addBean("some", (Expiring) now -> {
            calls.add(now);
            return 3 - calls.size();
        });
        beans.addBean("others", (Expiring) now -> {
            calls.add(now);
            return 0;
        });

        started(scheduler);
        scheduler.advance(Duration.ZERO);

        assertThat(calls).hasSize(4).containsOnly(clock.instant());
    }

    @Test
    void comesBackEveryHour() {
        beans.addBean("some", (Expiring) now -> {
            calls.add(now);
            return 0;
        });
        Instant start = clock.instant();

        started(scheduler);
        scheduler.advance(Duration.ofHours(2));

        assertThat(calls).containsExactly(start, start.plus(Duration.ofHours(1)), start.plus(Duration.ofHours(2)));
    }

    @Test
    void whatFailsIsTriedAgainAndIsInNobodysWay() {
        AtomicInteger failures = new AtomicInteger();
        beans.addBean("broken", (Expiring) _ -> {
            if (failures.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("a mistake");
            }
            throw StoreUnavailableException.of(new DataAccessResourceFailureException("disk full"));
        });
        beans.addBean("sound", (Expiring) now -> {
            calls.add(now);
            return 0;
        });

        started(scheduler);
        scheduler.advance(Duration.ofHours(3));

        assertThat(failures).hasValue(4);
        assertThat(calls).hasSize(4);
    }

    @Test
    void stopsBetweenTwoTransactionsHoweverMuchIsLeft() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean working = new AtomicBoolean();
        beans.addBean("endless", (Expiring) _ -> {
            working.set(true);
            begun.countDown();
            working.set(false);
            return 1;
        });
        Housekeeping housekeeping = started(TestingScheduler.real());
        begun.await();

        housekeeping.stop();

        assertThat(housekeeping.isRunning()).isFalse();
        assertThat(working).isFalse();
    }

    @Test
    void doesNothingMoreOnceItIsStopped() {
        beans.addBean("some", (Expiring) now -> {
            calls.add(now);
            return 0;
        });
        Housekeeping housekeeping = started(scheduler);
        scheduler.advance(Duration.ZERO);

        housekeeping.stop();
        scheduler.advance(Duration.ofDays(1));

        assertThat(calls).hasSize(1);
    }

    @Test
    void mayBeStartedAgain() {
        beans.addBean("some", (Expiring) now -> {
            calls.add(now);
            return 0;
        });
        Housekeeping housekeeping = started(scheduler);
        scheduler.advance(Duration.ZERO);
        housekeeping.stop();

        housekeeping.start();
        scheduler.advance(Duration.ofHours(1));

        assertThat(calls).hasSize(3);
        assertThat(housekeeping.isRunning()).isTrue();
    }

    private Housekeeping started(Scheduler with) {
        Housekeeping housekeeping = new Housekeeping(beans.getBeanProvider(Expiring.class), with, clock);
        housekeeping.start();
        return housekeeping;
    }
}
