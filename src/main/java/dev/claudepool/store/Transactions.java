package dev.claudepool.store;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in write transactions, one at a time.
 *
 * <p>SQLite has one writer anyway. Waiting for it here, on a fair lock, costs nothing; waiting in SQLite's busy handler
 * would block a carrier of the virtual threads. Because the lock is held until the after-commit work is done, that work
 * runs in commit order. Thread-safe; a nested call joins the outer transaction.
 */
@Component
public class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);

    private final TransactionTemplate template;
    private final ReentrantLock writer = new ReentrantLock(true);

    Transactions(PlatformTransactionManager manager) {
        this.template = new TransactionTemplate(manager);
    }

    /** Runs {@code work} in a transaction, which is rolled back when it throws, and returns what it returned. */
    @SuppressWarnings("NullAway") // TransactionTemplate passes the value of the callback through
    public <T> T write(Supplier<T> work) {
        writer.lock();
        try {
            return template.execute(status -> work.get());
        } finally {
            writer.unlock();
        }
    }

    /** Runs {@code work} in a transaction, which is rolled back when it throws. */
    public void writing(Runnable work) {
        write(() -> {
            work.run();
            return true;
        });
    }

    /** Whether the current thread is in a transaction. */
    public boolean isActive() {
        return writer.isHeldByCurrentThread();
    }

    /**
     * Runs {@code action} once the current transaction is committed; it must neither block nor write. Should it throw,
     * that is only logged: to the caller, what is committed has succeeded.
     */
    public void afterCommit(Runnable action) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                try {
                    action.run();
                } catch (RuntimeException e) {
                    log.error("Something that follows a commit went wrong", e);
                }
            }
        });
    }
}
