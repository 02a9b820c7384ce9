package dev.claudepool.claude;

import java.nio.file.Path;
import java.util.Map;

/** The real {@code claude}, installed by the product's own installer into {@code target/claude-cli}, once. */
public final class RealCli {

    private RealCli() {}

    /**
     * The program, for {@code claude-pool.cli.path}; the first call needs npm and a registry, and takes some seconds.
     */
    public static Path executable() {
        return new CliInstaller(Path.of("target/claude-cli").toAbsolutePath()).install(Map.copyOf(System.getenv()));
    }
}
