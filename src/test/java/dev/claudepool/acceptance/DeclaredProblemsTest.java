package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.RawClient;
import dev.claudepool.RawHttp;
import dev.claudepool.acceptance.ApiDescription.Answer;
import dev.claudepool.acceptance.ApiDescription.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Provokes on each operation the problems that any operation can have, and that it declares. */
class DeclaredProblemsTest {

    private static final String JSON = "Content-Type: application/json";
    private static final String FAULT = "X-Testing-Fault";
    private static final int LARGEST = 1000;

    private static TestingPool pool;
    private static RawHttp http;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(
                directory,
                new Faults(),
                "claude-pool.slots=1",
                "claude-pool.web.body-timeout=200ms",
                "claude-pool.web.max-request-size=" + LARGEST + "B");
        http = new RawHttp(pool.client().port(), TestingPool.TOKEN);
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "403, Origin: https://evil.example",
        "406, Accept: image/png",
        "500, X-Testing-Fault: bug",
        "503, X-Testing-Fault: store"
    })
    void headers(int status, String header) {
        provoke(status, operation -> send(http, operation, "", List.of(JSON, header), "{}"));
    }

    @Test
    void unknownParameters() {
        provoke(400, operation -> send(http, operation, "?nonsense=1", List.of(JSON), "{}"));
    }

    @Test
    void whatIsNotThere() {
        provoke(404, operation -> send(http, operation, "", List.of(JSON), "{}"));
    }

    @Test
    void bodiesThatAreNotAsTheyMustBe() {
        provoke(413, operation -> send(http, operation, "", List.of(JSON), " ".repeat(LARGEST + 1)));
        provoke(415, operation -> send(http, operation, "", List.of("Content-Type: text/plain"), "{}"));
    }

    @Test
    void bodiesThatArriveTooSlowly() {
        try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            provoke(408, operation -> drip(operation, pace));
        }
    }

    @Test
    void wrongTokensAndThenTooMany() {
        RawHttp wrong = new RawHttp(http.port(), "wrong");
        provoke(401, operation -> send(wrong, operation, "", List.of(JSON), "{}"));
        Stream.generate(() -> wrong.send("GET", "/api/v1/info", List.of(), ""))
                .takeWhile(answer -> answer.status() == 401)
                .forEach(_ -> {});
        provoke(429, operation -> send(wrong, operation, "", List.of(JSON), "{}"));
    }

    /** Every operation that declares the status answers with it, and as it is described. */
    private static void provoke(int status, Provocation provocation) {
        List<String> others = new ArrayList<>();
        List<Operation> declaring = ApiDescription.committed().operations().stream()
                .filter(operation -> operation.declares(status))
                .toList();
        for (Operation operation : declaring) {
            Answer answer = provocation.send(operation);
            ApiDescription.verify(operation.method(), target(operation), answer);
            if (answer.status() != status) {
                others.add(operation.id() + " " + answer.status());
            }
        }
        assertThat(declaring).isNotEmpty();
        assertThat(others).as("operations that do not answer %s", status).isEmpty();
    }

    private static Answer send(RawHttp client, Operation operation, String query, List<String> headers, String body) {
        return Answer.of(
                client.send(operation.method(), target(operation) + query, headers, operation.hasBody() ? body : ""));
    }

    /** Sends a byte of a body now and then, until there is an answer. */
    private static Answer drip(Operation operation, ScheduledExecutorService pace) {
        String head = "Content-Type: application/json\r\nContent-Length: " + LARGEST + "\r\n";
        try (RawClient client = new RawClient(http.port())) {
            client.send(RawClient.request(operation.method(), target(operation), TestingPool.TOKEN, "", head));
            Future<?> drops = pace.scheduleWithFixedDelay(() -> client.send(" "), 50, 50, TimeUnit.MILLISECONDS);
            String received = client.readUntil("}"); // it would close the connection some seconds later
            drops.cancel(true);
            return Answer.of(RawHttp.Answer.of(received));
        }
    }

    /** The path of an item that is not there. */
    private static String target(Operation operation) {
        return operation
                .path()
                .replace("slots/{id}", "slots/slot-9")
                .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
                .replace("{key}", "nothing");
    }

    /** A request that is to have a certain answer. */
    private interface Provocation {
        Answer send(Operation operation);
    }

    /** Lets a request fail by a bug, or because the store is away, where its header asks for that. */
    private static final class Faults implements BeanPostProcessor, HandlerInterceptor {

        @Override
        public Object postProcessBeforeInitialization(Object bean, String name) {
            if (bean instanceof RequestMappingHandlerMapping mapping) {
                mapping.setInterceptors(this);
            }
            return bean;
        }

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            switch (request.getHeader(FAULT)) {
                case "bug" -> throw new IllegalStateException("a fault of a test");
                case "store" -> throw new DataAccessResourceFailureException("a fault of a test");
                case null, default -> {}
            }
            return true;
        }
    }
}
