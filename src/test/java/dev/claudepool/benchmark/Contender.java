package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;

/** One way of having {@code claude} answer a prompt, or what it is compared with. */
interface Contender {

    String name();

    /** Gets ready for {@link #once}; not timed. */
    default void prepare() throws IOException, InterruptedException {}

    /** Does it once, makes sure that the answer is right, and returns how long it took. */
    Duration once() throws IOException, InterruptedException;

    /** Waits until nothing of it disturbs the next one; not timed. */
    default void rest() throws IOException, InterruptedException {}
}
