package dev.claudepool.pool;

import io.swagger.v3.oas.annotations.media.Schema;

/** The state of the pool. */
@Schema(enumAsRef = true)
enum PoolState {
    RUNNING,
    /** Gives out no tasks until it is resumed. */
    PAUSED,
    /** Takes no more tasks and ends those that run. */
    DRAINING,
    STOPPED
}
