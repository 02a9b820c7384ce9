package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Tasks that are all submitted and then all waited for, as somebody with a batch does it.
 *
 * @param clients how many connections carry the requests
 * @param accepted how long it took until all were accepted
 */
record PoolBatch(Service service, int tasks, int clients, Samples accepted) implements Batch, PoolContender {

    PoolBatch(Service service, int tasks, int clients) {
        this(service, tasks, clients, new Samples());
    }

    @Override
    public String name() {
        return "`POST /tasks`, `isolation=" + service.isolation() + "`";
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        ServiceClient client = service.client();
        long start = System.nanoTime();
        List<String> ids = Parallel.all(clients, Collections.nCopies(tasks, () -> client.submit(Cli.PROMPT)));
        accepted.add(Duration.ofNanos(System.nanoTime() - start));
        List<String> results = Parallel.all(
                clients,
                ids.stream()
                        .<Callable<String>>map(id -> () -> client.result(id))
                        .toList());
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        results.forEach(Cli::check);
        return taken;
    }
}
