package dev.claudepool.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that go on when the thread is interrupted, for cleaning up; the interrupt is kept for later. */
public final class Uninterruptibly {

    private static final Duration STEP = Duration.ofMillis(5);

    private Uninterruptibly() {}

    /** Waits until {@code done}, at most for {@code longest}, and returns whether it is. */
    public static boolean await(BooleanSupplier done, Duration longest) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + longest.toNanos();
        try {
            while (!done.getAsBoolean()) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(STEP.toNanos());
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
