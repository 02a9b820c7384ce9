package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory that the service is started in is one in which tasks work; its files configure nothing. */
class ForeignConfigurationTest {

    @TempDir
    private Path directory;

    @Test
    void obeysNoFileOfTheCurrentDirectory() throws Exception {
        Files.writeString(directory.resolve("application.yaml"), "claude-pool.slots: 3");
        Files.writeString(directory.resolve("application.properties"), "claude-pool.model=opus");
        Path config = Files.createDirectories(directory.resolve("config/of-a-task"));
        Files.writeString(config.resolve("application.yaml"), "claude-pool.slots: 2");
        Files.writeString(config.resolveSibling("application.yaml"), "claude-pool.no-such-property: 1");
        try (MessagesApi api = MessagesApi.start();
                ServiceProcess service = ServiceProcess.start(directory, properties(api))) {
            assertThat(service.client().get("/slots").json()).hasSize(4);
        }
    }

    @Test
    void obeysAFileThatAnArgumentNames() throws Exception {
        Path file = Files.writeString(directory.resolve("mine.yaml"), "claude-pool.slots: 3");
        try (MessagesApi api = MessagesApi.start();
                ServiceProcess service = ServiceProcess.start(
                        directory,
                        Stream.concat(
                                        properties(api).stream(),
                                        Stream.of("spring.config.additional-location=file:" + file))
                                .toList())) {
            assertThat(service.client().get("/slots").json()).hasSize(3);
        }
    }

    private List<String> properties(MessagesApi api) throws Exception {
        return TestingPool.properties(directory, StubCli.program(), api);
    }
}
