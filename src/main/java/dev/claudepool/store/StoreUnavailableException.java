package dev.claudepool.store;

import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;

/**
 * The database could not carry out a transaction, or a part of it, and nothing of it is stored. The message is the
 * first line of what the database or its driver says; what follows that line may quote values.
 */
public final class StoreUnavailableException extends DataAccessException {

    private static final long serialVersionUID = 1L;

    /** @param message one line, for the log */
    StoreUnavailableException(String message, Exception cause) {
        super(message, cause);
    }

    /** Returns an exception for what Spring throws when a statement or a commit fails. */
    static StoreUnavailableException of(NestedRuntimeException cause) {
        return cause instanceof StoreUnavailableException known
                ? known
                : new StoreUnavailableException(reason(cause), cause);
    }

    /** Returns one line for the log: the first of what the database or its driver says. */
    public static String reason(NestedRuntimeException e) {
        if (e instanceof StoreUnavailableException known) {
            return String.valueOf(known.getMessage());
        }
        return String.valueOf(e.getMostSpecificCause().getMessage())
                .lines()
                .findFirst()
                .orElse("");
    }
}
