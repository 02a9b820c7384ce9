package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.RealCli;
import dev.claudepool.demo.Exchange.State;
import dev.claudepool.demo.MessagesApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code kill -9} of the service, again and again, with the real CLI. */
class CrashRecoveryTest {

    private static final int ROUNDS = Integer.getInteger("crash.rounds", 20);
    private static final int RUNNING = 4;
    private static final int QUEUED = 10;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedTaskEndsExactlyOnceThroughManyCrashes() throws Exception {
        try (MessagesApi api = MessagesApi.start()) {
            ServiceProcess service = start(api, 0);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    String name = "round-%02d".formatted(round);
                    List<String> running =
                            submit(service, RUNNING, name + " running [[hang:times=1,per=session]][[echo:fine]]");
                    await(name).atMost(Duration.ofMinutes(1)).until(() -> streaming(api, name) == RUNNING);
                    List<String> queued = submit(service, QUEUED, name + " queued [[echo:fine]]");
                    List<Long> processes = Processes.withEnvironment(directory.toString());

                    service.kill();
                    service = start(api, round);

                    await(name + ": processes of the dead instance are gone")
                            .atMost(Duration.ofSeconds(20))
                            .until(() -> processes.stream()
                                    .noneMatch(pid -> Processes.withEnvironment(directory.toString())
                                            .contains(pid)));
                    for (String id : running) {
                        assertThatTask(ended(service, id)).hasAttempts(2);
                    }
                    for (String id : queued) {
                        assertThatTask(ended(service, id)).hasAttempts(1);
                    }
                }
            } finally {
                service.close();
            }
        }
    }

    /** With either isolation; one must go on with what the other left. */
    private ServiceProcess start(MessagesApi api, int round) throws Exception {
        return ServiceProcess.start(
                directory,
                TestingPool.properties(
                        directory,
                        RealCli.executable(),
                        api,
                        "claude-pool.slots=" + RUNNING,
                        "claude-pool.isolation=" + (round % 4 == 3 ? "process" : "conversation")));
    }

    private static List<String> submit(ServiceProcess service, int count, String prompt) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(service.client().submit(prompt + " " + i));
        }
        return ids;
    }

    private static long streaming(MessagesApi api, String name) {
        return api.exchanges().stream()
                .filter(exchange -> exchange.lastUserText().startsWith(name) && exchange.state() == State.STREAMING)
                .count();
    }

    /** The task, which has succeeded, and whose events say so once. */
    private static JsonNode ended(ServiceProcess service, String id) {
        JsonNode task = service.client().awaitEnd(id, Duration.ofMinutes(1));
        assertThatTask(task).hasSucceeded();
        String events = service.client().get("/tasks/" + id + "/events").text();
        assertThat(events.split("\"state\":\"SUCCEEDED\"", -1)).as(events).hasSize(2);
        return task;
    }
}
