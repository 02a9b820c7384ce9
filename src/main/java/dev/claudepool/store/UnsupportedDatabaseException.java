package dev.claudepool.store;

/**
 * The database is of an engine that the service does not know. The message leaves out its URL, which may contain a
 * password.
 */
class UnsupportedDatabaseException extends RuntimeException {

    UnsupportedDatabaseException() {
        super("spring.datasource.url is not of a database that claude-pool can use");
    }
}
