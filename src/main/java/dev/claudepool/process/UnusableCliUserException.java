package dev.claudepool.claude;

/** The user of {@code claude-pool.cli.user} cannot be used; the message says why. */
class UnusableCliUserException extends RuntimeException {

    UnusableCliUserException(String message) {
        super(message);
    }
}
