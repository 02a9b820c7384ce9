package dev.claudepool.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

/**
 * Keeps a session to one process at a time: two would interleave their transcripts (CLI 2.1.330). The queue gives out
 * no two tasks that name the same session; this covers what it cannot see, such as a process that is still being ended.
 * Thread-safe.
 */
@Component
class SessionLocks {

    private static final Duration LOOK_ROUND = Duration.ofMillis(100);

    private final Map<UUID, HoldReason> holds = new ConcurrentHashMap<>();

    /** Waits for the session; gives up waiting, without a hold, once {@code unwanted}. */
    Lease acquire(UUID session, BooleanSupplier unwanted) throws InterruptedException {
        HoldReason hold = holds.compute(
                session, (_, other) -> other == null ? new HoldReason(new Semaphore(1), 1) : other.plus(1));
        boolean held = false;
        try {
            while (!held && !unwanted.getAsBoolean()) {
                held = hold.permit.tryAcquire(LOOK_ROUND.toMillis(), TimeUnit.MILLISECONDS);
            }
            return held ? () -> release(session, 1) : () -> release(session, 0);
        } catch (InterruptedException e) {
            release(session, 0);
            throw e;
        }
    }

    private void release(UUID session, int permits) {
        holds.computeIfPresent(session, (_, hold) -> {
            hold.permit.release(permits);
            return hold.users == 1 ? null : hold.plus(-1);
        });
    }

    /** Ends the hold. */
    interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    /** The one permit of a session, and how many hold it or wait. */
    private record HoldReason(Semaphore permit, int users) {
        HoldReason plus(int more) {
            return new HoldReason(permit, users + more);
        }
    }
}
