package dev.claudepool.pool;

/** Where the pool stands. */
enum PoolState {
    RUNNING,
    /** Gives out no tasks until it is resumed. */
    PAUSED,
    /** Takes no more tasks and ends those that run. */
    DRAINING,
    STOPPED
}
