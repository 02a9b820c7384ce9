package dev.claudepool.store;

import java.time.Instant;

/** Something that is kept for a time only; {@link Housekeeping} sees to it that it goes. */
public interface Expiring {

    /** The order of those that remove tasks: what belongs to tasks goes after them. */
    int REMOVES_TASKS = 0;

    /**
     * Removes some of what has expired, in one short write transaction, so that nobody has to wait for long.
     *
     * @return how many were removed; 0 when nothing is left that has expired
     */
    int expire(Instant now);
}
