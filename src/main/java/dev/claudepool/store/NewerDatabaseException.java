package dev.claudepool.store;

/** A newer version of the service has changed the schema of the database. */
class NewerDatabaseException extends RuntimeException {

    NewerDatabaseException(String found, String known) {
        super("it has schema version " + found + ", and this version of claude-pool knows up to version " + known);
    }
}
