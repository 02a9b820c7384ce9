package dev.claudepool.pool;

/** The state of the pool. */
enum PoolState {
    RUNNING,
    /** Gives out no tasks until it is resumed. */
    PAUSED,
    /** Takes no more tasks and ends those that run. */
    DRAINING,
    STOPPED
}
