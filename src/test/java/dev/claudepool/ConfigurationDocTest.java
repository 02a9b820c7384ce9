package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of docs/configuration.md has all properties, and no others. */
class ConfigurationDocTest {

    private static final String PREFIX = "claude-pool.";
    private static final Pattern NAME = Pattern.compile("`([a-z.-]+)`");

    @Test
    void listsEveryProperty() throws IOException {
        assertThat(documented()).containsExactlyInAnyOrderElementsOf(known());
    }

    private static List<String> documented() throws IOException {
        String document = Files.readString(Path.of("docs/configuration.md"));
        String table = document.substring(document.indexOf("| property ("));
        return table.lines()
                .skip(2)
                .filter(row -> row.startsWith("|"))
                .map(row -> row.substring(0, row.indexOf('|', 1)))
                .flatMap(cell -> NAME.matcher(cell).results())
                .map((MatchResult name) -> PREFIX + name.group(1))
                .toList();
    }

    private static List<String> known() throws IOException {
        try (InputStream in =
                ConfigurationDocTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return new JsonMapper()
                    .readTree(Objects.requireNonNull(in))
                    .path("properties")
                    .valueStream()
                    .map((JsonNode property) -> property.path("name").asString())
                    .filter(name -> name.startsWith(PREFIX))
                    .distinct()
                    .toList();
        }
    }
}
