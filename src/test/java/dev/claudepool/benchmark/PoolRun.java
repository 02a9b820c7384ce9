package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;

/** {@code POST /run} with a free slot. */
final class PoolRun implements Contender {

    private final Service service;

    PoolRun(Service service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "`POST /run`, `isolation=" + service.isolation() + "`";
    }

    @Override
    public void prepare() {
        service.awaitQuiet();
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        long start = System.nanoTime();
        String result = service.client().run(Cli.PROMPT);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        Cli.check(result);
        return taken;
    }

    @Override
    public void rest() {
        service.awaitQuiet();
    }
}
