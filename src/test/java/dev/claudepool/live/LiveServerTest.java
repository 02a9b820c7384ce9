package dev.claudepool.live;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.store.Ids;
import dev.claudepool.store.Transactions;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A real server on a port of its own, with an empty log, and events that the test makes up. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "claude-pool.security.token=" + LiveServerTest.TOKEN)
@DirtiesContext
abstract class LiveServerTest {

    static final String TOKEN = "live-test-token-0123456789abcdef";

    @TempDir
    static Path dataDir;

    @LocalServerPort
    int port;

    @Autowired
    EventLog log;

    @Autowired
    Transactions transactions;

    @Autowired
    Ids ids;

    @Autowired
    JsonMapper json;

    @Autowired
    LiveFeed feed;

    @Autowired
    MeterRegistry meters;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry registry) {
        registry.add("claude-pool.data-dir", dataDir::toString);
    }

    static Subject task(UUID id) {
        return new Subject(id, null, null, "slot-0");
    }

    /** Appends a {@code task.text} in a transaction of its own. */
    void text(UUID task, String text) {
        append(task(task), EventType.TASK_TEXT, "text", text);
    }

    void state(UUID task, String state) {
        append(task(task), EventType.TASK_STATE, "state", state);
    }

    void append(Subject subject, EventType type, String name, String value) {
        transactions.writing(() -> log.append(subject, type, data(name, value)));
    }

    void delta(UUID task, String text) {
        log.tellUnstored(task(task), EventType.TASK_DELTA, data("text", text));
    }

    ObjectNode data(String name, String value) {
        return json.createObjectNode().put(name, value);
    }
}
