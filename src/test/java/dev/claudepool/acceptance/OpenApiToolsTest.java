package dev.claudepool.acceptance;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gives {@code openapi.yaml} to tools that others use with it. */
class OpenApiToolsTest {

    private static final Path DESCRIPTION = Path.of("openapi.yaml").toAbsolutePath();
    private static final Path EVENTS = Path.of("asyncapi.yaml").toAbsolutePath();

    private static NpmTools tools = new NpmTools(Path.of(""));

    @TempDir
    private Path directory;

    @BeforeAll
    static void install(@TempDir Path directory) throws Exception {
        tools = NpmTools.install(directory);
    }

    @Test
    void lintHasNothingToSay() throws Exception {
        tools.pinned("redocly", "lint", "--config=redocly.yaml", DESCRIPTION);
    }

    @Test
    void lintOfTheEventsHasNothingToSay() throws Exception {
        tools.pinned("redocly", "lint", "--config=redocly-events.yaml", EVENTS);
    }

    @Test
    void typeScriptClientMakesTheCallsOfTheReadme() throws Exception {
        tools.pinned("openapi-typescript", DESCRIPTION, "--output", "api.ts");
        tools.pinned("tsc", "--project", ".");

        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            tools.run(
                    "node", "out/readme.js", "http://127.0.0.1:" + pool.client().port(), TestingPool.TOKEN);
        }
    }
}
