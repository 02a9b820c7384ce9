package dev.claudepool.security;

/** The admin token cannot be used, read or kept; the message says why, without the token. */
class UnusableTokenException extends RuntimeException {

    UnusableTokenException(String problem) {
        super(problem);
    }

    UnusableTokenException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
