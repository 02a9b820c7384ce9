package dev.claudepool.store;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in write transactions, one at a time, and commits together what waits at the same time.
 *
 * <p>The store has one writer anyway, and a commit waits for the disk. So whoever writes queues its work; whoever gets
 * the writer's lock carries out all that is queued, in that order, each work behind a savepoint of its own, and commits
 * once. Works on different threads thus do not wait for the disk one after another; each still succeeds or fails alone,
 * unless the commit fails, and with it all of them. Waiting for the lock costs nothing; waiting in the database would
 * block a carrier of the virtual threads, or a connection. Because the lock is held until the after-commit actions are
 * done, those run in commit order.
 *
 * <p>A commit that fails may have succeeded all the same. So each transaction on which something outside the store
 * depends also writes a number of its own, and counts as committed when that is in the store after the failure.
 *
 * <p>Thread-safe; a nested call joins the outer work. As work may be carried out on the thread of another writer, it
 * must not depend on its own: on thread-locals, nor on locks its caller holds.
 */
@Component
public class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);

    private final TransactionTemplate template;
    private final CommitStore commits;
    private final ServiceLock lock;
    private final int mostTogether;
    private final RandomGenerator numbers = new SecureRandom();
    private final ReentrantLock writer = new ReentrantLock(true);
    private final Queue<UnitOfWork<?>> queue = new ConcurrentLinkedQueue<>();
    /** The number of the last transaction that got as far as its commit; for the holder of the lock. */
    private long saved;
    /** The work that the holder of the lock is carrying out. */
    private @Nullable UnitOfWork<?> current;

    Transactions(PlatformTransactionManager manager, CommitStore commits, Dialect dialect, ServiceLock lock) {
        this.commits = commits;
        this.lock = lock;
        this.mostTogether = dialect.mostTogether();
        this.template = new TransactionTemplate(manager);
    }

    /**
     * Runs {@code work} in a transaction, which is rolled back when it throws, and returns what it returned.
     *
     * @throws StoreUnavailableException if the database cannot carry it out
     */
    public <T> T write(Supplier<T> work) {
        UnitOfWork<?> outer = active();
        if (outer != null) {
            return outer.join(work);
        }
        UnitOfWork<T> mine = new UnitOfWork<>(work);
        queue.add(mine);
        writer.lock();
        try {
            while (!mine.isOver()) {
                carryOutTogether();
            }
        } finally {
            writer.unlock();
        }
        return mine.result();
    }

    /**
     * Runs {@code work} in a transaction, which is rolled back when it throws.
     *
     * @throws StoreUnavailableException if the database cannot carry it out
     */
    public void writing(Runnable work) {
        write(() -> {
            work.run();
            return true;
        });
    }

    /** Waits until the works that are under way are done; it needs no database. */
    @SuppressWarnings("LockNotBeforeTry") // there is nothing to do between the two
    public void awaitPresent() {
        writer.lock();
        writer.unlock();
    }

    /** Returns whether the current thread is in a transaction. */
    public boolean isActive() {
        return active() != null;
    }

    /**
     * Runs {@code action} once the current transaction is committed; it must neither block nor write. Should it throw,
     * that is only logged: to the caller, what is committed has succeeded.
     *
     * @throws IllegalStateException when there is no transaction
     */
    public void afterCommit(Runnable action) {
        required().follow(action);
    }

    /**
     * Runs {@code action} if the current transaction is rolled back, to undo what the work did outside the store,
     * before any other work; for the action, the same holds as for {@link #afterCommit}.
     *
     * @throws IllegalStateException when there is no transaction
     */
    public void afterRollback(Runnable action) {
        required().undoBy(action);
    }

    private UnitOfWork<?> required() {
        UnitOfWork<?> work = active();
        if (work == null) {
            throw new IllegalStateException("there is no transaction");
        }
        return work;
    }

    /** Returns how many works wait to be carried out. */
    int waiting() {
        return queue.size();
    }

    private @Nullable UnitOfWork<?> active() {
        return writer.isHeldByCurrentThread() ? current : null;
    }

    /** An interrupt of this thread is its own affair, and must not fail what the others wait for. */
    private void carryOutTogether() {
        List<UnitOfWork<?>> works = take();
        boolean interrupted = Thread.interrupted();
        long number = numbers.nextLong();
        try {
            template.executeWithoutResult(transaction -> {
                commits.lock();
                lock.verify();
                works.forEach(work -> carryOut(work, transaction));
                if (works.stream().anyMatch(UnitOfWork::hasConsequences)) {
                    commits.save(number);
                    saved = number;
                }
            });
            works.forEach(UnitOfWork::committed);
        } catch (RuntimeException | Error e) {
            if (isCommitted(number)) {
                log.warn("A transaction is committed, though its commit failed: {}", e.getMessage());
                works.forEach(UnitOfWork::committed);
            } else {
                works.reversed().forEach(work -> work.rolledBack(e));
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes the lock, so that a transaction whose commit is still under way has ended. */
    private boolean isCommitted(long number) {
        try {
            return saved == number
                    && Boolean.TRUE.equals(template.execute(transaction -> {
                        transaction.setRollbackOnly(); // nothing is written, and this commit might fail, too
                        commits.lock();
                        return commits.last() == number;
                    }));
        } catch (DataAccessException | TransactionException e) {
            return false; // the store cannot be used; whoever tries again finds out
        }
    }

    private List<UnitOfWork<?>> take() {
        List<UnitOfWork<?>> taken = new ArrayList<>();
        for (UnitOfWork<?> next = queue.poll();
                next != null;
                next = taken.size() < mostTogether ? queue.poll() : null) {
            taken.add(next);
        }
        return taken;
    }

    private void carryOut(UnitOfWork<?> work, TransactionStatus transaction) {
        Object savepoint = transaction.createSavepoint();
        current = work;
        try {
            work.run();
        } finally {
            current = null;
        }
        if (work.hasFailed()) {
            rollBack(work, transaction, savepoint);
            work.undo();
        }
        transaction.releaseSavepoint(savepoint);
    }

    /** After a full disk, say, there is nothing left to go back to: then all have failed for the reason of this one. */
    private static void rollBack(UnitOfWork<?> work, TransactionStatus transaction, Object savepoint) {
        try {
            transaction.rollbackToSavepoint(savepoint);
        } catch (RuntimeException e) {
            throw work.failureOr(e);
        }
    }
}
