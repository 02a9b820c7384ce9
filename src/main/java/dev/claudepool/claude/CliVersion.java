package dev.claudepool.claude;

import dev.claudepool.process.Command;
import dev.claudepool.process.OsUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A version of the CLI, such as 2.1.330. */
public record CliVersion(int major, int minor, int patch) implements Comparable<CliVersion> {

    /** The version on whose behaviour this package relies, and which is installed. */
    static final CliVersion TESTED = tested();

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final Comparator<CliVersion> ORDER = Comparator.comparingInt(CliVersion::major)
            .thenComparingInt(CliVersion::minor)
            .thenComparingInt(CliVersion::patch);

    /** @throws CliNotFoundException if the program does not print its version */
    static CliVersion of(Path program, Optional<OsUser> user, CliEnvironment environment, Duration longest) {
        List<String> command = new ArrayList<>(user.map(OsUser::command).orElse(List.of()));
        command.addAll(List.of(program.toString(), "--version"));
        Command.Outcome outcome = Command.run(command, environment.withoutCookie(), longest);
        Matcher numbers = NUMBERS.matcher(outcome.output());
        if (outcome.exitCode() != 0 || !numbers.find()) {
            throw new CliNotFoundException(program + " does not work"
                    + user.map(other -> " for the user " + other.name()).orElse("") + ": `--version` ended with code "
                    + outcome.exitCode()
                    + " and said: " + outcome.output());
        }
        return of(numbers);
    }

    boolean isOlderThan(CliVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(CliVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }

    private static CliVersion of(Matcher numbers) {
        return new CliVersion(
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                Integer.parseInt(numbers.group(3)));
    }

    private static CliVersion tested() {
        try (InputStream in = CliVersion.class.getResourceAsStream("/cli/package.json")) {
            JsonNode manifest = new JsonMapper().readTree(Objects.requireNonNull(in));
            Matcher numbers = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)")
                    .matcher(manifest.path("dependencies")
                            .path("@anthropic-ai/claude-code")
                            .asString(""));
            if (!numbers.matches()) {
                throw new IllegalStateException("cli/package.json pins no version");
            }
            return of(numbers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
