package dev.claudepool.dispatch;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.springframework.stereotype.Component;

/**
 * Gives a session to one process at a time: two would interleave their transcripts (CLI 2.1.330). The queue gives out
 * no two tasks that name the same session; this covers what it cannot see, such as a process that is still being ended.
 * Who comes first gets it first. Thread-safe.
 */
@Component
class SessionLocks {

    /** By session, completed when the last one in line leaves. */
    private final Map<UUID, CompletableFuture<Void>> leaving = new ConcurrentHashMap<>();

    /** Gets in line for the session, without waiting. */
    Place enter(UUID session) {
        CompletableFuture<Void> left = new CompletableFuture<>();
        CompletableFuture<Void> before = leaving.put(session, left);
        return new Place(session, before == null ? CompletableFuture.completedFuture(null) : before, left);
    }

    /** Returns how many sessions are held. */
    int count() {
        return leaving.size();
    }

    /** A place in the line for a session. */
    final class Place implements AutoCloseable {

        private final UUID session;
        private final CompletableFuture<Void> before;
        private final CompletableFuture<Void> left;

        private Place(UUID session, CompletableFuture<Void> before, CompletableFuture<Void> left) {
            this.session = session;
            this.before = before;
            this.left = left;
        }

        /** Returns whether the session is held by who has this place. */
        boolean isFirst() {
            return before.isDone();
        }

        /** Waits until it is the first; gives up waiting once {@code unwanted}. */
        void await(CompletableFuture<Void> unwanted) throws InterruptedException {
            CountDownLatch over = new CountDownLatch(1);
            var _ = before.thenRun(over::countDown);
            var _ = unwanted.thenRun(over::countDown);
            over.await();
        }

        /** Leaves the line, once all have who came before: who comes after waits for them, too. */
        @Override
        public void close() {
            var _ = before.thenRun(() -> {
                boolean _ = leaving.remove(session, left);
                left.complete(null);
            });
        }
    }
}
