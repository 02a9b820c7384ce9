package dev.claudepool.live;

import dev.claudepool.TestingDataDirectory;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import dev.claudepool.event.TestingEventData;
import dev.claudepool.store.Ids;
import dev.claudepool.store.Transactions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A real server on a port of its own, and events that the test makes up. */
@SpringBootTest(
        classes = TestingLiveApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "claude-pool.security.token=" + LiveServerTest.TOKEN)
@ContextConfiguration(initializers = TestingDataDirectory.class)
public abstract class LiveServerTest {

    protected static final String TOKEN = "live-test-token-0123456789abcdef";

    @LocalServerPort
    protected int port;

    @Autowired
    protected EventLog log;

    @Autowired
    protected Transactions transactions;

    @Autowired
    protected Ids ids;

    @Autowired
    JsonMapper json;

    @Autowired
    protected LiveFeed feed;

    @Autowired
    protected MeterRegistry meters;

    protected static Subject task(UUID id) {
        return new Subject(id, null, null, "slot-0", List.of());
    }

    /** Appends a {@code task.text} in a transaction of its own. */
    protected void text(UUID task, String text) {
        append(task(task), EventType.TASK_TEXT, "text", text);
    }

    protected void state(UUID task, String state) {
        append(task(task), EventType.TASK_STATE, "state", state);
    }

    protected void append(Subject subject, EventType type, String name, String value) {
        transactions.writing(() -> log.append(subject, new TestingEventData(type, data(name, value))));
    }

    protected void delta(UUID task, String text) {
        publish(task(task), text);
    }

    /** Publishes a {@code task.delta}. */
    protected void publish(Subject subject, String text) {
        log.publishUnstored(subject, new TestingEventData(EventType.TASK_DELTA, data("text", text)));
    }

    protected ObjectNode data(String name, String value) {
        return json.createObjectNode().put(name, value);
    }
}
