package dev.claudepool.store;

import org.jspecify.annotations.Nullable;

/** The data directory cannot be made, written or locked; the message says why. */
public class UnusableDataDirectoryException extends RuntimeException {

    UnusableDataDirectoryException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
