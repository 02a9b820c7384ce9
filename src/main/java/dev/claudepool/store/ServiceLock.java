package dev.claudepool.store;

import org.springframework.dao.DataAccessException;

/** Held by the one service that may use the database. */
interface ServiceLock extends AutoCloseable {

    /** Of a database that no other service can reach. */
    ServiceLock NONE = () -> {};

    /**
     * Returns once it is sure that the lock is held.
     *
     * @throws DataAccessException when it is lost, and cannot be had again
     */
    void verify();

    @Override
    default void close() {}
}
