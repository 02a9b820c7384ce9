package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.dispatch.WaitingReason;
import dev.claudepool.event.EventType;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.web.ApiJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The lists and samples in the documents are those of the code. */
class DocumentedListsTest {

    private static final Pattern NAME = Pattern.compile("`([A-Za-z.-]+)`");
    /** What stands for members and elements that are left out. */
    private static final Pattern OMITTED = Pattern.compile(",? *\\.\\.\\.(?=\\s*[]}])");

    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyTypeOfEventIsListed() {
        assertThat(rows("docs/events.md", "## Event types").stream().map(DocumentedListsTest::firstName))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(EventType.values()).map(EventType::wireName).toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = EventType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "POOL_STATS") // its members are those of GET /pool
    void everyMemberOfAnEventIsNamed(EventType type) {
        String row = rows("docs/events.md", "## Event types").stream()
                .filter(line -> firstName(line).equals(type.wireName()))
                .findFirst()
                .orElseThrow();

        assertThat(names(row)).containsAll(EventDescription.members(type));
    }

    @Test
    void everyReasonToWaitIsListed() {
        assertThat(rows("docs/api.md", "## Why a task waits").stream().map(DocumentedListsTest::firstName))
                .containsExactlyInAnyOrderElementsOf(Stream.of(WaitingReason.values())
                        .map(WaitingReason::wireName)
                        .toList());
    }

    /** Skills are still to come. */
    @Test
    void everyCodeOfAProblemIsListed() {
        Set<String> listed = rows("docs/api.md", "## Errors").stream()
                .flatMap(row -> names(row).stream())
                .collect(Collectors.toSet());

        assertThat(Stream.of(ProblemCode.values()).map(ProblemCode::code).filter(code -> !listed.contains(code)))
                .containsExactly("skill-not-found");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everySampleIsJson(String document) {
        List<String> samples = JSON.matcher(text(document))
                .results()
                .map(sample -> OMITTED.matcher(sample.group(1)).replaceAll(""))
                .toList();

        assertThat(samples)
                .allSatisfy(
                        sample -> assertThat(ApiJson.mapper().readTree(sample)).isNotNull());
    }

    static List<String> documents() {
        return List.of("README.md", "docs/api.md", "docs/events.md", "docs/operations.md", "docs/security.md");
    }

    /** The rows of the first table behind a heading, without its head. */
    private static List<String> rows(String document, String heading) {
        return text(document)
                .lines()
                .dropWhile(line -> !line.equals(heading))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .toList();
    }

    private static String firstName(String row) {
        return names(row).getFirst();
    }

    private static List<String> names(String row) {
        return NAME.matcher(row)
                .results()
                .map((MatchResult name) -> name.group(1))
                .toList();
    }

    private static String text(String document) {
        try {
            return Files.readString(Path.of(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
