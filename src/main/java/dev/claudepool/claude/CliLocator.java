package dev.claudepool.claude;

import dev.claudepool.process.SearchPath;
import java.nio.file.Path;
import java.util.Map;

/** Finds the {@code claude} program: where the configuration says, on the PATH, in the data directory. */
final class CliLocator {

    private final CliProperties properties;
    private final CliInstaller installer;
    private final Map<String, String> environment;

    CliLocator(CliProperties properties, CliInstaller installer, Map<String, String> environment) {
        this.properties = properties;
        this.installer = installer;
        this.environment = environment;
    }

    /** @throws CliNotFoundException when there is none, and it is not to be installed */
    Path find() {
        Path configured = properties.path();
        if (configured != null) {
            Path program = configured.toAbsolutePath();
            if (!SearchPath.isProgram(program)) {
                throw new CliNotFoundException("claude-pool.cli.path is " + program + ", which is no program.");
            }
            return program;
        }
        return SearchPath.find("claude", environment).or(installer::installed).orElseGet(this::install);
    }

    private Path install() {
        return switch (properties.install()) {
            case IF_MISSING -> installer.install(environment);
            case NEVER ->
                throw new CliNotFoundException("The claude CLI is neither on the PATH nor in the data directory.");
        };
    }
}
