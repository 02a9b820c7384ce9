package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps {@code openapi.yaml} true to the code. After a change that is meant, write it anew with {@code ./mvnw test
 * -Dtest=OpenApiContractTest -Dopenapi.update=true} and commit it with the change.
 */
class OpenApiContractTest {

    private static final Path FILE = Path.of("openapi.yaml");

    @TempDir
    private Path directory;

    @Test
    void committedDescriptionIsWhatTheCodeServes() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            String served = pool.client().get("//openapi.yaml").text();

            if (Boolean.getBoolean("openapi.update")) {
                Files.writeString(FILE, served);
            }

            assertThat(FILE)
                    .as("openapi.yaml; if the change is meant, run this test with -Dopenapi.update=true")
                    .hasContent(served);
        }
    }
}
