package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;

/**
 * A process for each prompt, so many at a time, as {@code xargs -P} runs them.
 *
 * @param atATime how many run at a time
 */
record OneShotBatch(OneShot oneShot, int tasks, int atATime) implements Batch {

    @Override
    public String name() {
        return oneShot.name();
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        long start = System.nanoTime();
        var _ = Parallel.all(atATime, Collections.nCopies(tasks, oneShot::once));
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
