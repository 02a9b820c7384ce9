package dev.claudepool.claude;

import dev.claudepool.process.OsUser;
import dev.claudepool.store.DataDirectory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The {@code claude} program: found, or installed, and asked for its version once, when the service starts. */
@Component
public class ClaudeCli {

    private static final Logger log = LoggerFactory.getLogger(ClaudeCli.class);

    private final Path program;
    private final CliVersion version;
    private final Optional<OsUser> user;
    private final CliEnvironment environment;

    /** @throws CliNotFoundException when there is none that works */
    @Autowired
    ClaudeCli(CliProperties properties, DataDirectory dataDirectory) {
        this(properties, dataDirectory.path(), System.getenv());
    }

    ClaudeCli(CliProperties properties, Path dataDirectory, Map<String, String> own) {
        this.program = new CliLocator(properties, new CliInstaller(dataDirectory.resolve("cli")), own).find();
        this.user = properties.osUser();
        this.environment = new CliEnvironment(properties, properties.configDirectory(user, dataDirectory), user, own);
        this.version = CliVersion.of(program, user, environment, properties.startTimeout());
        if (version.isOlderThan(CliVersion.TESTED)) {
            log.warn(
                    "The claude CLI is older than the one this was made for version={} tested={}",
                    version,
                    CliVersion.TESTED);
        }
    }

    Path program() {
        return program;
    }

    CliEnvironment environment() {
        return environment;
    }

    /** The user that it runs as; null for the service's own. */
    Optional<OsUser> user() {
        return user;
    }

    /** Returns the version that the program printed when the service started. */
    public CliVersion version() {
        return version;
    }
}
