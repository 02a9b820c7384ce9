package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Only the dialects know the engines of databases. */
class EngineNamesTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern ENGINE = Pattern.compile("sqlite|postgres", Pattern.CASE_INSENSITIVE);

    private static final Set<String> KNOWING = Set.of(
            "store/Dialect.java",
            "store/SqliteDialect.java",
            "store/PostgresDialect.java",
            "store/PostgresServiceLock.java");

    @Test
    void nobodyElseNamesAnEngine() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> KNOWING.stream()
                                    .noneMatch(known -> file.endsWith(Path.of("dev/claudepool", known))))
                            .filter(naming(ENGINE)))
                    .isEmpty();
        }
    }

    private static Predicate<Path> naming(Pattern pattern) {
        return file -> {
            try {
                return pattern.matcher(Files.readString(file)).find();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
