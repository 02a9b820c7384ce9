package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionLocksTest {

    private static final UUID SESSION = UUID.randomUUID();

    private final SessionLocks locks = new SessionLocks();
    private final CompletableFuture<Void> never = new CompletableFuture<>();

    @Test
    void aFreeSessionIsHeldAtOnce() throws InterruptedException {
        try (var place = locks.enter(SESSION)) {
            place.await(never);

            assertThat(place.isFirst()).isTrue();
        }
    }

    @Test
    void nothingIsKeptOfASessionThatNobodyHolds() {
        locks.enter(SESSION).close();

        assertThat(locks.count()).isZero();
    }

    @Test
    void anotherSessionIsFree() {
        try (var _ = locks.enter(SESSION);
                var other = locks.enter(UUID.randomUUID())) {
            assertThat(other.isFirst()).isTrue();
        }
    }

    @Test
    void whoComesSecondWaitsUntilTheFirstLeaves() throws Exception {
        SessionLocks.Place first = locks.enter(SESSION);
        SessionLocks.Place second = locks.enter(SESSION);
        CompletableFuture<Void> waiting = await(second, never);
        assertThat(second.isFirst()).isFalse();

        first.close();
        waiting.get(10, TimeUnit.SECONDS);

        assertThat(second.isFirst()).isTrue();
        second.close();
    }

    @Test
    void whoComesFirstGetsItFirst() {
        SessionLocks.Place first = locks.enter(SESSION);
        SessionLocks.Place second = locks.enter(SESSION);
        SessionLocks.Place third = locks.enter(SESSION);

        first.close();
        assertThat(third.isFirst()).isFalse();

        second.close();
        assertThat(third.isFirst()).isTrue();
        third.close();
    }

    @Test
    void aStopWakesWhoWaits() throws Exception {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        try (var _ = locks.enter(SESSION);
                var second = locks.enter(SESSION)) {
            CompletableFuture<Void> waiting = await(second, stop);

            stop.complete(null);
            waiting.get(10, TimeUnit.SECONDS);

            assertThat(second.isFirst()).isFalse();
        }
    }

    @Test
    void whoIsStoppedAlreadyDoesNotWait() throws InterruptedException {
        try (var _ = locks.enter(SESSION);
                var second = locks.enter(SESSION)) {
            second.await(CompletableFuture.completedFuture(null));

            assertThat(second.isFirst()).isFalse();
        }
    }

    @Test
    void whoGivesUpLetsNobodyElseIn() {
        SessionLocks.Place first = locks.enter(SESSION);
        SessionLocks.Place second = locks.enter(SESSION);
        SessionLocks.Place third = locks.enter(SESSION);

        second.close();
        assertThat(third.isFirst()).isFalse();

        first.close();
        assertThat(third.isFirst()).isTrue();
        third.close();
    }

    @Test
    void whoIsInterruptedLeavesNothingBehind() {
        SessionLocks.Place first = locks.enter(SESSION);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> {
                    try (var second = locks.enter(SESSION)) {
                        second.await(never);
                    }
                })
                .isInstanceOf(InterruptedException.class);

        first.close();

        assertThat(locks.count()).isZero();
    }

    @Test
    void leavingTwiceIsLeavingOnce() {
        SessionLocks.Place first = locks.enter(SESSION);
        first.close();
        SessionLocks.Place second = locks.enter(SESSION);

        first.close();

        assertThat(locks.enter(SESSION).isFirst()).isFalse();
        second.close();
    }

    /** Waits on a thread of its own. */
    private static CompletableFuture<Void> await(SessionLocks.Place place, CompletableFuture<Void> unwanted) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        place.await(unwanted);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread);
    }
}
