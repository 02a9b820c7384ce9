package dev.claudepool.benchmark;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * A {@code claude}, and the little environment in which all contenders run it.
 *
 * @param program the executable
 * @param home a directory that nobody else uses
 * @param api the stand-in of the Messages API
 */
record Cli(Path program, Path home, URI api) {

    static final String PROMPT = "[[echo:pong]] ping";

    private static final String ANSWER = "pong";

    /** The same with another executable. */
    Cli with(Path other) {
        return new Cli(other, home, api);
    }

    /** What the service is told to add to the environment of its processes. */
    Map<String, String> settings() {
        return Map.of(
                "HOME", home.toString(),
                "CLAUDE_CONFIG_DIR", home.resolve("claude").toString(),
                "ANTHROPIC_BASE_URL", api.toString(),
                "ANTHROPIC_API_KEY", "benchmark",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1",
                "DISABLE_TELEMETRY", "1",
                "DISABLE_AUTOUPDATER", "1",
                "NO_PROXY", "127.0.0.1",
                "no_proxy", "127.0.0.1",
                "PATH", System.getenv("PATH"));
    }

    /** @throws IllegalStateException when {@code output} does not hold the right answer */
    static void check(String output) {
        if (!output.contains(ANSWER)) {
            throw new IllegalStateException("not an answer to the prompt: " + output);
        }
    }
}
