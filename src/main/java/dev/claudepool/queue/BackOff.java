package dev.claudepool.queue;

import java.time.Duration;

/**
 * The pause before something that failed is tried again: twice as long after each failure.
 *
 * @param first the wait after the first failure
 * @param longest the longest wait
 */
public record BackOff(Duration first, Duration longest) {

    private static final int MOST_DOUBLINGS = 30;

    /** The wait after {@code failures} failures in a row; none after none. */
    public Duration after(int failures) {
        if (failures < 1) {
            return Duration.ZERO;
        }
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }
}
