package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;

/** {@code POST /run} with a free slot. */
record PoolRun(Service service) implements PoolContender {

    @Override
    public String name() {
        return "`POST /run`, `isolation=" + service.isolation() + "`";
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        long start = System.nanoTime();
        String result = service.client().run(Cli.PROMPT);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        Cli.check(result);
        return taken;
    }
}
