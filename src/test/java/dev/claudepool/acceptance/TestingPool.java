package dev.claudepool.acceptance;

import dev.claudepool.ClaudePoolApplication;
import dev.claudepool.claude.RealCli;
import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventFilter;
import dev.claudepool.event.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The whole service in this JVM, on a free port, with a data directory of its own, and the database that {@link Engine}
 * says; its processes are the real CLI, which talks to a stand-in of the Messages API, or the stub.
 */
final class TestingPool implements AutoCloseable {

    /** Limits bind nobody, unless a test says otherwise. */
    private static final String UNRESTRICTED = "claude-pool.task.unrestricted-roles=";

    private static final int MOST_VERIFIED = 2_000;

    static final String TOKEN = "testing-token-testing-token-testing";

    private static final BeanPostProcessor AS_THEY_ARE = new BeanPostProcessor() {};

    private final ConfigurableApplicationContext context;
    private final MessagesApi api;
    private final Path directory;
    private final PoolClient client;

    private TestingPool(Path directory, MessagesApi api, BeanPostProcessor beans, List<String> properties) {
        this.directory = directory;
        this.api = api;
        this.context = new SpringApplicationBuilder(ClaudePoolApplication.class)
                .initializers(created -> created.getBeanFactory().addBeanPostProcessor(beans))
                .run(Stream.concat(Stream.of("server.port=0"), properties.stream())
                        .map(property -> "--" + property)
                        .toArray(String[]::new));
        this.client = new PoolClient(
                Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port")), TOKEN);
    }

    /** With the real CLI. */
    static TestingPool real(Path directory, String... properties) throws Exception {
        return with(RealCli.executable(), directory, properties);
    }

    /** With a CLI that wraps the real one. */
    static TestingPool with(Path cli, Path directory, String... properties) throws Exception {
        MessagesApi api = MessagesApi.start();
        return new TestingPool(directory, api, AS_THEY_ARE, properties(directory, cli, api, properties));
    }

    /** With the stub. */
    static TestingPool stubbed(Path directory, String... properties) throws Exception {
        MessagesApi api = MessagesApi.start();
        return new TestingPool(directory, api, AS_THEY_ARE, properties(directory, StubCli.program(), api, properties));
    }

    /** With the stub, and some beans replaced by others. */
    static TestingPool stubbed(Path directory, BeanPostProcessor beans, String... properties) throws Exception {
        MessagesApi api = MessagesApi.start();
        return new TestingPool(directory, api, beans, properties(directory, StubCli.program(), api, properties));
    }

    /** What a service must be started with to use only what is in {@code directory}, and {@code api}. */
    static List<String> properties(Path directory, Path cli, MessagesApi api, String... more) throws Exception {
        Path home = Files.createDirectories(directory.resolve("home"));
        List<String> properties = new ArrayList<>(List.of(
                "claude-pool.data-dir=" + directory.resolve("data"),
                "claude-pool.working-dir=" + Files.createDirectories(directory.resolve("work")),
                "claude-pool.cli.path=" + cli,
                "claude-pool.cli.environment.[HOME]=" + home,
                "claude-pool.cli.environment.[" + StubCli.HOME + "]=" + home,
                "claude-pool.cli.environment.[ANTHROPIC_BASE_URL]=" + api.uri(),
                "claude-pool.cli.environment.[ANTHROPIC_API_KEY]=test-key",
                "claude-pool.security.token=" + TOKEN));
        if (Stream.of(more).noneMatch(property -> property.startsWith(UNRESTRICTED))) {
            properties.add(UNRESTRICTED + "admin");
        }
        properties.addAll(Engine.properties(directory.resolve("data")));
        properties.addAll(List.of(more));
        return properties;
    }

    MessagesApi api() {
        return api;
    }

    PoolClient client() {
        return client;
    }

    Path workingDirectory() {
        return directory.resolve("work");
    }

    /** Lets tasks go on whose prompt is {@code STUB:until} and this name. */
    void let(String name) throws IOException {
        Files.createFile(workingDirectory().resolve(name));
    }

    Path dataDirectory() {
        return directory.resolve("data");
    }

    /** Everything that has been stored of what happened, in order. */
    List<Event> events() {
        return bean(EventLog.class).readAfter(0, new EventFilter.All(), Integer.MAX_VALUE);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The methods of controllers, by what they are for. */
    Map<RequestMappingInfo, HandlerMethod> routes() {
        return context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods();
    }

    /** Stops the service, as SIGTERM does. */
    void stop() {
        if (context.isActive()) {
            verifyEvents();
        }
        context.close();
    }

    /** Verifies that the first events are as they are described, unless the test has taken the database away. */
    private void verifyEvents() {
        try {
            bean(EventLog.class).readAfter(0, new EventFilter.All(), MOST_VERIFIED).stream()
                    .filter(event -> !event.data().isEmpty()) // as one is that a test has damaged
                    .forEach(EventDescription::verify);
        } catch (DataAccessException _) {
            // there is nothing to verify
        }
    }

    @Override
    public void close() {
        stop();
        api.close();
    }
}
