package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** {@code POST /run} with a free slot. */
final class PoolRun implements Contender {

    private final Service service;

    PoolRun(Service service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "`POST /run`";
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        service.awaitIdle();
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        Map<String, String> task = Map.of("prompt", Cli.PROMPT);
        long start = System.nanoTime();
        String result = service.post("/api/v1/run", task);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        Cli.check(result);
        return taken;
    }

    @Override
    public void rest() throws IOException, InterruptedException {
        service.awaitIdle();
    }
}
