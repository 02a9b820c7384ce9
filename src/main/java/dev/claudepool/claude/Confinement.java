package dev.claudepool.claude;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings that deny every process some actions, whatever its task, its slot or a repository asks for. It is passed
 * as an argument ({@code --settings}), which no file can change; {@code docs/security.md} has the reasons.
 */
final class Confinement {

    /** Tools that act without a turn, reach beyond the task, or move the process to another directory. */
    static final List<String> TOOLS = List.of(
            "Artifact",
            "ClaudeDesign",
            "CronCreate",
            "CronDelete",
            "CronList",
            "DesignSync",
            "EnterWorktree",
            "ExitWorktree",
            "ListAgents",
            "Monitor",
            "Projects",
            "PushNotification",
            "ReadNotifications",
            "RemoteTrigger",
            "ScheduleWakeup",
            "SendFeedback",
            "SendMessage",
            "SendUserFile",
            "ShareOnboardingGuide",
            "Workflow");

    /** Options by which commands that the CLI takes for harmless print a file that it does not look at. */
    private static final List<String> COMMANDS =
            List.of("Bash(wc *--f*)", "Bash(du *--f*)", "Bash(diff *--fr*)", "Bash(diff *--to*)");

    /** Secrets, should the working directory contain them. */
    private static final List<String> SECRETS = List.of(
            "//proc/**",
            "//etc/shadow",
            "//etc/gshadow",
            "~/.ssh/**",
            "~/.gnupg/**",
            "~/.aws/**",
            "~/.azure/**",
            "~/.config/gcloud/**",
            "~/.config/gh/**",
            "~/.kube/**",
            "~/.docker/**",
            "~/.netrc",
            "~/.npmrc",
            "~/.pypirc",
            "~/.pgpass",
            "~/.git-credentials",
            "~/.claude/.credentials.json",
            "~/.claude-pool/application*",
            "~/.claude-pool.authorization");

    /** Files of the service in its data directory; not all of it, since the CLI's own files may be there, too. */
    private static final List<String> OF_THE_SERVICE =
            List.of("application*", "claude-pool.db*", "lock", "mcp-*", "token*");

    private static final Logger log = LoggerFactory.getLogger(Confinement.class);

    private final Set<Path> warned = ConcurrentHashMap.newKeySet();
    private final Path dataDirectory;
    private final String settingSources;
    private final String settings;

    Confinement(CliProperties properties, Path configDirectory, Path dataDirectory) {
        this.dataDirectory = absolute(dataDirectory);
        this.settingSources = properties.settingSources();
        this.settings = settings(properties, configDirectory, dataDirectory).toString();
    }

    /** The value of {@code --setting-sources}; empty for none. */
    String settingSources() {
        return settingSources.equals(CliProperties.NO_SOURCES) ? "" : settingSources;
    }

    /** The value of {@code --settings}, a JSON object without secrets. */
    String settings() {
        return settings;
    }

    /** Warns, once, of a working directory in which the confinement of commands is of little use. */
    void check(Path workingDirectory) {
        Path directory = absolute(workingDirectory);
        if (dataDirectory.startsWith(directory) && warned.add(directory)) {
            log.warn(
                    "Tasks work in a directory that contains the data directory of the service: commands that search it"
                            + " read files of the service, too; give claude-pool.working-dir another one directory={}",
                    directory);
        }
    }

    private static ObjectNode settings(CliProperties properties, Path configDirectory, Path dataDirectory) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode().put("crossSessionInbound", "refuse");
        ObjectNode permissions = settings.putObject("permissions")
                .put("blockFileToolReadsOutsideWorkingDirectories", true)
                .put("blockWritesOutsideWorkingDirectories", true);
        Set<Path> excluded = new LinkedHashSet<>(spellings(dataDirectory));
        excluded.addAll(spellings(Path.of(System.getProperty("user.home"), ".claude-pool")));
        excluded.addAll(spellings(configDirectory));
        var exclude = permissions.putArray("workingDirectoriesExclude");
        excluded.forEach(path -> exclude.add(path.toString()));
        var additional = permissions.putArray("additionalDirectories");
        properties
                .additionalDirs()
                .forEach(path -> additional.add(absolute(path).toString()));
        var deny = permissions.putArray("deny");
        TOOLS.forEach(deny::add);
        COMMANDS.forEach(deny::add);
        SECRETS.forEach(pattern -> deny.add("Read(" + pattern + ")"));
        OF_THE_SERVICE.forEach(pattern -> deny.add("Read(/" + absolute(dataDirectory) + "/" + pattern + ")"));
        return settings;
    }

    /** The path as it is written, and where its links lead: the CLI compares both with what it reads. */
    private static Set<Path> spellings(Path path) {
        Path written = absolute(path);
        try {
            return new LinkedHashSet<>(List.of(written, written.toRealPath()));
        } catch (IOException e) { // not there yet, so not a link either
            return Set.of(written);
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
