package dev.claudepool.store;

import org.springframework.context.SmartLifecycle;

/**
 * The phases in which the service stops, in this order. After them, Spring Boot's web server waits for the requests
 * under way ({@code WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE}), and then closes its port.
 */
public final class ShutdownPhases {

    /** The pool drains, while clients still ask for and see what happens. */
    public static final int POOL = SmartLifecycle.DEFAULT_PHASE;

    /** Requests that still wait for a task get its present state. */
    public static final int WAITERS = POOL - 1;

    /** The event streams end: clients have seen the drain. It is the last phase before the web server's. */
    public static final int STREAMS = POOL - 1023;

    private ShutdownPhases() {}
}
