package dev.claudepool.store;

/** Held by the one service that may use the database. */
interface ServiceLock extends AutoCloseable {

    /** The lock of a database that no other service can reach. */
    ServiceLock NONE = () -> {};

    /**
     * Returns once it is sure that the lock is held.
     *
     * @throws StoreUnavailableException if the lock is lost, and cannot be taken again
     */
    void verify();

    @Override
    default void close() {}
}
