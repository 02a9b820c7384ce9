package dev.claudepool.claude;

import dev.claudepool.process.OsUser;
import dev.claudepool.process.UnusableCliUserException;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How {@code claude} is found and run.
 *
 * @param path the program; when not set it is looked for on the PATH, then in the data directory
 * @param install whether to install the CLI into the data directory when it is not found
 * @param configDir what the CLI is to use as its configuration directory, shared by all slots; one in the data
 *     directory, or in the home directory of {@code user}, when not set
 * @param user the user of the operating system as which the processes run, for a service that runs as root; the
 *     service's own when not set
 * @param additionalDirs directories that tasks may read and, where their permissions let them, change besides the
 *     working directory
 * @param environment further environment variables for the processes; in YAML a name with an underscore needs brackets:
 *     {@code "[API_TIMEOUT_MS]"}
 * @param settingSources whose settings files (hooks, environment), agents, skills and {@code CLAUDE.md} the CLI obeys:
 *     user, project, local; comma-separated; or none
 * @param startTimeout the longest time from the start of a process until it is ready
 * @param firstByteTimeout the longest time from a prompt until the API begins to answer; a retry of the CLI restarts it
 * @param silenceTimeout the longest time without any message in a turn; an announced retry extends it
 * @param stopGrace how long each gentler way of stopping a process is given before the next one
 * @param maxLine the longest message that is read
 */
@ConfigurationProperties("claude-pool.cli")
@Validated
record CliProperties(
        @Nullable Path path,
        @DefaultValue("never") Install install,
        @Nullable Path configDir,
        @Nullable String user,
        @DefaultValue List<Path> additionalDirs,
        @DefaultValue Map<String, String> environment,

        @DefaultValue(NO_SOURCES) @Pattern(regexp = "none|(user|project|local)(,(user|project|local))*")
        String settingSources,

        @DefaultValue("60s") @DurationMin(millis = 1) Duration startTimeout,
        @DefaultValue("2m") @DurationMin(millis = 1) Duration firstByteTimeout,
        @DefaultValue("15m") @DurationMin(millis = 1) Duration silenceTimeout,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration stopGrace,
        @DefaultValue("64MB") DataSize maxLine) {

    /** The variable with the number of git settings in the environment. */
    static final String GIT_CONFIG_COUNT = "GIT_CONFIG_COUNT";

    /** The value of {@code settingSources} for nobody's. */
    static final String NO_SOURCES = "none";

    /** When the CLI is installed. */
    enum Install {
        NEVER,
        IF_MISSING
    }

    CliProperties {
        additionalDirs = List.copyOf(additionalDirs);
        environment = Map.copyOf(environment);
    }

    /** @throws UnusableCliUserException when it cannot be used */
    Optional<OsUser> osUser() {
        return Optional.ofNullable(user).map(OsUser::find);
    }

    /** The configuration directory of the CLI. */
    Path configDirectory(Optional<OsUser> user, Path dataDirectory) {
        return Optional.ofNullable(configDir)
                .or(() -> user.map(other -> other.home().resolve(".claude-pool")))
                .orElse(dataDirectory.resolve("claude"))
                .toAbsolutePath();
    }

    @AssertTrue(message = "claude-pool.cli.max-line must be between 1KB and 1GB")
    boolean isMaxLineInRange() {
        return maxLine.toKilobytes() >= 1 && maxLine.toGigabytes() <= 1;
    }

    @AssertTrue(message = "claude-pool.cli.environment must give GIT_CONFIG_COUNT a number")
    boolean isGitConfigCountANumber() {
        return environment.getOrDefault(GIT_CONFIG_COUNT, "0").matches("\\d{1,4}");
    }

    /** Leaves out the values of the environment, which may be secret. */
    @Override
    public String toString() {
        return "CliProperties[path=" + path + ", install=" + install + ", environment=" + environment.keySet() + "]";
    }
}
