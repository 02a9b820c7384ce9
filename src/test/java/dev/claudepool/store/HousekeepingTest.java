package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.dao.DataAccessResourceFailureException;

@Timeout(30)
class HousekeepingTest {

    private static final Duration NOT_IN_THIS_TEST = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05Z"));
    private final StaticListableBeanFactory beans = new StaticListableBeanFactory();
    private Housekeeping housekeeping = every(NOT_IN_THIS_TEST);

    @AfterEach
    void stop() {
        housekeeping.stop();
    }

    @Test
    void beginsAtTheStartAndGoesOnUntilNothingIsLeft() throws Exception {
        BlockingQueue<Instant> calls = new LinkedBlockingQueue<>();
        CountDownLatch done = new CountDownLatch(1);
        beans.addBean("some", (Expiring) now -> {
            calls.add(now);
            return 3 - calls.size();
        });
        beans.addBean("others", (Expiring) _ -> {
            done.countDown();
            return 0;
        });

        housekeeping.start();

        done.await();
        assertThat(calls).hasSize(3).containsOnly(clock.instant());
    }

    @Test
    void comesBack() throws Exception {
        CountDownLatch often = new CountDownLatch(5);
        beans.addBean("some", (Expiring) _ -> {
            often.countDown();
            return 0;
        });
        housekeeping = every(Duration.ofMillis(1));

        housekeeping.start();

        assertThat(often.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatFailsIsTriedAgainAndIsInNobodysWay() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        CountDownLatch often = new CountDownLatch(3);
        beans.addBean("broken", (Expiring) _ -> {
            if (failures.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("a mistake");
            }
            throw new DataAccessResourceFailureException("disk full");
        });
        beans.addBean("sound", (Expiring) _ -> {
            often.countDown();
            return 0;
        });
        housekeeping = every(Duration.ofMillis(1));

        housekeeping.start();

        assertThat(often.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).hasValueGreaterThanOrEqualTo(3);
    }

    @Test
    void stopsBetweenTwoTransactionsHoweverMuchIsLeft() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        beans.addBean("endless", (Expiring) _ -> {
            workers.add(Thread.currentThread());
            begun.countDown();
            return 1;
        });
        housekeeping.start();
        begun.await();

        housekeeping.stop();

        assertThat(housekeeping.isRunning()).isFalse();
        assertThat(List.copyOf(workers)).hasSize(1).noneMatch(Thread::isAlive).allMatch(Thread::isDaemon);
    }

    @Test
    void stopsWhileItWaits() throws Exception {
        BlockingQueue<Thread> workers = new LinkedBlockingQueue<>();
        beans.addBean("nothing", (Expiring) _ -> {
            workers.add(Thread.currentThread());
            return 0;
        });
        housekeeping.start();
        Thread worker = workers.take();

        housekeeping.stop();

        assertThat(worker.isAlive()).isFalse();
    }

    @Test
    void mayBeStartedAgain() throws Exception {
        BlockingQueue<Instant> calls = new LinkedBlockingQueue<>();
        beans.addBean("nothing", (Expiring) now -> {
            calls.add(now);
            return 0;
        });
        housekeeping.start();
        calls.take();
        housekeeping.stop();

        housekeeping.start();

        assertThat(calls.take()).isEqualTo(clock.instant());
        assertThat(housekeeping.isRunning()).isTrue();
    }

    private Housekeeping every(Duration pause) {
        return new Housekeeping(beans.getBeanProvider(Expiring.class), clock, pause);
    }
}
