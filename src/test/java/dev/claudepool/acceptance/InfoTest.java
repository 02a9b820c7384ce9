package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.pool.ServiceVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InfoTest {

    @Test
    void showsTheVersionsOfWhatRuns(@TempDir Path directory) throws Exception {
        try (TestingPool pool = TestingPool.real(directory, "claude-pool.slots=1")) {
            JsonNode info = pool.client().get("/info").json();

            assertThat(info.at("/version").asString())
                    .isEqualTo(ServiceVersion.get())
                    .matches("\\d+\\.\\d+.*");
            assertThat(info.at("/apiVersion").asString()).isEqualTo("v1");
            assertThat(info.at("/cliVersion").asString()).isEqualTo(installed());
        }
    }

    private static String installed() throws IOException {
        try (InputStream in = InfoTest.class.getResourceAsStream("/cli/package.json")) {
            return new JsonMapper()
                    .readTree(Objects.requireNonNull(in))
                    .at("/dependencies/@anthropic-ai~1claude-code")
                    .asString();
        }
    }
}
