package dev.claudepool.web;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A client that waits for something. For the thread that handles its request. */
public final class ClientWait implements AutoCloseable {

    private final Duration atMost;
    private final BooleanSupplier gone;
    private final Runnable end;

    ClientWait(Duration atMost, BooleanSupplier gone, Runnable end) {
        this.atMost = atMost;
        this.gone = gone;
        this.end = end;
    }

    /** A wait that nobody counts, of a client that stays until {@code atMost} is over. */
    public static ClientWait uncounted(Duration atMost) {
        return uncounted(atMost, () -> false);
    }

    /** A wait that nobody counts. */
    public static ClientWait uncounted(Duration atMost, BooleanSupplier gone) {
        return new ClientWait(atMost, gone, () -> {});
    }

    public Duration atMost() {
        return atMost;
    }

    /** Returns whether nobody is there any more to read the answer. */
    public boolean isAbandoned() {
        return gone.getAsBoolean();
    }

    @Override
    public void close() {
        end.run();
    }
}
