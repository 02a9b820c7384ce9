package dev.claudepool.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Looks for programs as a shell does. */
public final class SearchPath {

    private SearchPath() {}

    /** The first program of that name on the PATH of {@code environment}. */
    public static Optional<Path> find(String name, Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory).resolve(name).toAbsolutePath())
                .filter(SearchPath::isProgram)
                .findFirst();
    }

    public static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
