package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import tools.jackson.databind.JsonNode;

/**
 * Tasks that are submitted in one request and waited for in another.
 *
 * @param accepted how long it took until all were accepted
 * @param answered how long after the end of the last one all results were read
 */
record FanOutBatch(Service service, int tasks, Samples accepted, Samples answered) implements Batch, PoolContender {

    FanOutBatch(Service service, int tasks) {
        this(service, tasks, new Samples(), new Samples());
    }

    @Override
    public String name() {
        return "one `POST /fan-outs`";
    }

    @Override
    public Duration once() throws IOException, InterruptedException {
        ServiceClient client = service.client();
        long start = System.nanoTime();
        String id = client.fanOut(Collections.nCopies(tasks, Cli.PROMPT));
        accepted.add(Duration.ofNanos(System.nanoTime() - start));
        String answer = client.fanOutResults(id);
        Instant read = Instant.now();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        JsonNode fanOut = ServiceClient.JSON.readTree(answer);
        answered.add(Duration.between(Instant.parse(fanOut.path("finishedAt").asString()), read));
        fanOut.path("tasks")
                .forEach(task -> Cli.check(task.path("result").path("output").asString()));
        return taken;
    }
}
