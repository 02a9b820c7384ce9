package dev.claudepool.store;

/** Another service uses the database. */
class DatabaseInUseException extends RuntimeException {

    /** @param holder where that service is, as far as the database knows */
    DatabaseInUseException(String holder) {
        super(holder);
    }
}
