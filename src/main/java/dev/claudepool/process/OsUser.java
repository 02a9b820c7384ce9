package dev.claudepool.process;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The user of the operating system as which {@code claude} and its tools work, when it is not the service's own: they
 * can then read, change and end nothing that is the service's alone.
 *
 * @param group the number of its main group
 */
public record OsUser(String name, String group, Path home) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int AT_ONCE = 200;

    /** @throws UnusableCliUserException when there is no such user, or the service may not start processes as it */
    public static OsUser find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new UnusableCliUserException("claude-pool.cli.user is not the name of a user.");
        }
        Command.Outcome entry = runAsService(List.of("getent", "passwd", name));
        String[] fields = entry.output().split(":", -1);
        if (entry.exitCode() != 0 || fields.length < 6) {
            throw new UnusableCliUserException("The user " + name + " of claude-pool.cli.user does not exist.");
        }
        OsUser user = new OsUser(name, fields[3], Path.of(fields[5]));
        List<String> trial = new ArrayList<>(user.command());
        trial.add("true");
        Command.Outcome outcome = runAsService(trial);
        if (outcome.exitCode() != 0) {
            throw new UnusableCliUserException("The service may not start processes as the user " + name
                    + " of claude-pool.cli.user: `" + String.join(" ", trial) + "` said: " + outcome.output());
        }
        return user;
    }

    /** Returns what a command is put behind in order to run as this user, who cannot become another one again. */
    public List<String> command() {
        return List.of("setpriv", "--reuid", name, "--regid", group, "--init-groups", "--no-new-privs");
    }

    /** Returns what a login as this user would set. */
    public Map<String, String> environment() {
        return Map.of("HOME", home.toString(), "USER", name, "LOGNAME", name);
    }

    /**
     * Creates the directory as the user, if it is missing, closed to all others. The service itself does nothing to it:
     * it may be root, and the user may have put a link in its place.
     *
     * @throws UnusableCliUserException when the user cannot make or enter it
     */
    public void make(Path directory) {
        Command.Outcome outcome = run(List.of("mkdir", "-p", "-m", "700", "--", directory.toString()));
        if (outcome.exitCode() != 0 || !canUse(directory)) {
            throw new UnusableCliUserException(
                    "The user " + name + " cannot make or enter " + directory
                            + ", the CLI's configuration directory; name one with claude-pool.cli.config-dir that the user owns.");
        }
    }

    /** Deletes these files and directories as the user; what the user may not delete stays. */
    public void delete(List<Path> paths) {
        for (int i = 0; i < paths.size(); i += AT_ONCE) {
            List<String> command = new ArrayList<>(List.of("rm", "-rf", "--"));
            paths.subList(i, Math.min(i + AT_ONCE, paths.size())).forEach(path -> command.add(path.toString()));
            var _ = run(command);
        }
    }

    /**
     * Finds a file of this name in the directory, or in a directory of it, as the user; follows no links.
     *
     * @param name without wildcards
     */
    public Optional<Path> findFile(Path directory, String name) {
        Command.Outcome outcome = run(List.of(
                "find", directory.toString(), "-maxdepth", "2", "-type", "f", "-name", name, "-print", "-quit"));
        return outcome.exitCode() == 0 && !outcome.output().isEmpty()
                ? Optional.of(Path.of(outcome.output()))
                : Optional.empty();
    }

    /** Reads a file as the user; one that the user cannot read, or that is a link, is empty. */
    public InputStream read(Path file) throws IOException {
        List<String> whole = new ArrayList<>(command());
        whole.addAll(List.of("dd", "if=" + file, "iflag=nofollow,nonblock", "bs=64K", "status=none"));
        ProcessBuilder builder = new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environmentOfService());
        Process process = builder.start(); // it writes as fast as it can, so that no reader waits in the pipe for long
        return new FilterInputStream(process.getInputStream()) {
            @Override
            public void close() throws IOException {
                process.destroyForcibly();
                super.close();
            }
        };
    }

    /** Makes the user the owner of a file, which must be where the user cannot put another one. */
    public void give(Path file) throws IOException {
        Files.setOwner(
                file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
    }

    /** Returns whether the user can enter and list the directory. */
    public boolean canUse(Path directory) {
        return run(List.of("test", "-r", directory.toString(), "-a", "-x", directory.toString()))
                        .exitCode()
                == 0;
    }

    /** Runs the command as the user. */
    private Command.Outcome run(List<String> command) {
        List<String> whole = new ArrayList<>(command());
        whole.addAll(command);
        return runAsService(whole);
    }

    private static Command.Outcome runAsService(List<String> command) {
        return Command.run(command, environmentOfService(), LONGEST);
    }

    private static Map<String, String> environmentOfService() {
        return Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    }
}
