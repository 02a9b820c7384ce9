package dev.claudepool.store;

/** The scheduler of the application. */
public final class TestingScheduler {

    private static final Scheduler REAL = new VirtualThreadScheduler();

    private TestingScheduler() {}

    /** Runs what is due by the real clock. */
    public static Scheduler real() {
        return REAL;
    }
}
