package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.ClaudePoolApplication;
import dev.claudepool.TestingClient;
import dev.claudepool.TestingDataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/**
 * Keeps {@code openapi.yaml} true to the code. After a change that is meant, write it anew with {@code ./mvnw test
 * -Dtest=OpenApiContractTest -Dopenapi.update=true} and commit it with the change.
 */
@SpringBootTest(
        classes = ClaudePoolApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "claude-pool.security.token=" + TestingClient.TOKEN)
@ContextConfiguration(initializers = TestingDataDirectory.class)
class OpenApiContractTest {

    private static final Path FILE = Path.of("openapi.yaml");

    @LocalServerPort
    private int port;

    @Test
    void committedDescriptionIsWhatTheCodeServes() throws IOException {
        String served = new TestingClient(port).get("/v3/api-docs.yaml").body();

        if (Boolean.getBoolean("openapi.update")) {
            Files.writeString(FILE, served);
        }

        assertThat(FILE)
                .as("openapi.yaml; if the change is meant, run this test with -Dopenapi.update=true")
                .hasContent(served);
    }
}
