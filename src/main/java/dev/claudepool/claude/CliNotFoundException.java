package dev.claudepool.claude;

/** Thrown if no working {@code claude} is found; the message says what was tried. */
class CliNotFoundException extends RuntimeException {

    CliNotFoundException(String message) {
        super(message);
    }
}
