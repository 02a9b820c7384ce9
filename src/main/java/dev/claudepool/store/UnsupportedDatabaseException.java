package dev.claudepool.store;

/** The database is of an engine that the service does not know. Its URL, which may hold a password, is not told. */
class UnsupportedDatabaseException extends RuntimeException {

    UnsupportedDatabaseException() {
        super("spring.datasource.url is not of a database that claude-pool can use");
    }
}
