package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps {@code asyncapi.yaml} true to the code. After a change that is meant, write it anew with {@code ./mvnw test
 * -Dtest=AsyncApiContractTest -Dasyncapi.update=true} and commit it with the change.
 */
class AsyncApiContractTest {

    private static final Path FILE = Path.of("asyncapi.yaml");

    @TempDir
    private Path directory;

    @Test
    void committedDescriptionIsOfTheTypesInTheCode() throws Exception {
        String made = AsyncApi.yaml();

        if (Boolean.getBoolean("asyncapi.update")) {
            Files.writeString(FILE, made);
        }

        assertThat(FILE)
                .as("asyncapi.yaml; if the change is meant, run this test with -Dasyncapi.update=true")
                .hasContent(made);
    }

    @Test
    void committedDescriptionIsServed() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            assertThat(pool.client().get("//asyncapi.yaml").text()).isEqualTo(Files.readString(FILE));
        }
    }
}
