package dev.claudepool.process;

/** The user of {@code claude-pool.cli.user} cannot be used; the message says why. */
public class UnusableCliUserException extends RuntimeException {

    UnusableCliUserException(String message) {
        super(message);
    }
}
