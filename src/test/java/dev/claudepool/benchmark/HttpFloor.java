package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;

/** A request that needs neither {@code claude} nor the store: what HTTP and the access rules take. */
final class HttpFloor implements Contender {

    private final Service service;

    HttpFloor(Service service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "`GET /slots/slot-0` (HTTP alone)";
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        long start = System.nanoTime();
        String _ = service.client().get("/api/v1/slots/slot-0");
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
