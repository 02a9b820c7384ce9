package dev.claudepool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.UnexpectedRollbackException;

/** Work in a transaction, and its result. Used under the writer's lock only. */
class UnitOfWork<T> {

    private static final Logger log = LoggerFactory.getLogger(UnitOfWork.class);

    private final Supplier<T> supplier;
    private final List<Runnable> followers = new ArrayList<>();
    private final List<Runnable> undos = new ArrayList<>();
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean innerFailed;
    private volatile boolean over;

    UnitOfWork(Supplier<T> supplier) {
        this.supplier = supplier;
    }

    void run() {
        try {
            value = supplier.get();
            if (innerFailed) {
                failure = new UnexpectedRollbackException(
                        "A part of the transaction failed, so all of it is rolled back");
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Does more in it; when that throws, all of it has failed. */
    <U> U join(Supplier<U> more) {
        try {
            return more.get();
        } catch (DataAccessException e) {
            innerFailed = true;
            throw StoreUnavailableException.of(e);
        } catch (RuntimeException | Error e) {
            innerFailed = true;
            throw e;
        }
    }

    /** Runs {@code action} once this is committed. */
    void follow(Runnable action) {
        followers.add(action);
    }

    /** Runs {@code action} if this is rolled back. */
    void undoBy(Runnable action) {
        undos.addFirst(action);
    }

    /** Returns whether something outside the store depends on its result. */
    boolean hasConsequences() {
        return failure == null && !(followers.isEmpty() && undos.isEmpty());
    }

    boolean hasFailed() {
        return failure != null;
    }

    RuntimeException failureOr(RuntimeException other) {
        return failure instanceof RuntimeException own ? own : other;
    }

    /** Undoes outside the store what was rolled back in it. */
    void undo() {
        undos.forEach(UnitOfWork::run);
        undos.clear();
    }

    /** The transaction is committed, and this with it unless it has failed by itself. */
    void committed() {
        if (failure == null) {
            followers.forEach(UnitOfWork::run);
        }
        over = true;
    }

    /** The transaction was rolled back. */
    void rolledBack(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
        undo();
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Returns what it returned; throws what it threw, or why it was rolled back. */
    @SuppressWarnings("NullAway") // whoever may return null says so in T
    T result() {
        return switch (failure) {
            case null -> value;
            case DataAccessException e -> throw StoreUnavailableException.of(e);
            case TransactionException e -> throw StoreUnavailableException.of(e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        };
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("An action after a transaction failed", e);
        }
    }
}
