package dev.claudepool.claude;

/** There is no {@code claude} that works; the message says what was tried. */
class CliNotFoundException extends RuntimeException {

    CliNotFoundException(String message) {
        super(message);
    }
}
