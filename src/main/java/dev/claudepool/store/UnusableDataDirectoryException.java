package dev.claudepool.store;

import org.jspecify.annotations.Nullable;

/** The data directory cannot be made, written or locked; the message says why and what to do. */
public class UnusableDataDirectoryException extends RuntimeException {

    UnusableDataDirectoryException(String problem, @Nullable Throwable cause) {
        super(problem + "; set claude-pool.data-dir to a directory of its own that can be written", cause);
    }
}
