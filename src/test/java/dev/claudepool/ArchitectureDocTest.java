package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares {@code ARCHITECTURE.md} with the sources. */
class ArchitectureDocTest {

    private static final Path SOURCES = Path.of("src/main/java/dev/claudepool");
    private static final Pattern CLASS = Pattern.compile("\\b([a-z]+)/([A-Z]\\w+)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:`[a-z]+`(?:, )?)+) \\| ");
    private static final Pattern PACKAGE = Pattern.compile("`([a-z]+)`");

    private final String document = Files.readString(Path.of("ARCHITECTURE.md"));

    ArchitectureDocTest() throws IOException {}

    @Test
    void everyClassThatTheDocumentNamesExists() {
        List<Path> named = CLASS.matcher(document)
                .results()
                .map(match -> SOURCES.resolve(match.group(1)).resolve(match.group(2) + ".java"))
                .toList();

        assertThat(named)
                .hasSizeGreaterThan(20)
                .allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void theTableOfPackagesListsEachOnce() throws IOException {
        List<String> listed = ROW.matcher(document)
                .results()
                .flatMap(row -> PACKAGE.matcher(row.group(1)).results())
                .map((MatchResult match) -> match.group(1))
                .filter(name -> Files.isDirectory(SOURCES.resolve(name)))
                .toList();

        try (Stream<Path> packages = Files.list(SOURCES).filter(Files::isDirectory)) {
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(
                            packages.map(path -> path.getFileName().toString()).toList());
        }
    }
}
