package dev.claudepool.benchmark;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends all processes when it takes too long: whoever waits for one of them then hears of its end, and fails. */
final class Watchdog implements AutoCloseable {

    private final CountDownLatch done = new CountDownLatch(1);

    Watchdog(Duration longest, Children children) {
        Thread.ofVirtual().start(() -> {
            try {
                if (!done.await(longest.toNanos(), TimeUnit.NANOSECONDS)) {
                    children.close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        done.countDown();
    }
}
