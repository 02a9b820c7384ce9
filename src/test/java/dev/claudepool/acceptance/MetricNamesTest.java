package dev.claudepool.acceptance;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps the names and labels of our metrics, which dashboards and alerts rely on. After a change that is meant, write
 * {@code metrics.txt} anew with {@code ./mvnw test -Dtest=MetricNamesTest -Dmetrics.update=true}, commit it with the
 * change, and document it in docs/operations.md.
 */
class MetricNamesTest {

    private static final Path FILE = Path.of("src/test/resources/metrics.txt");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(claude_pool_\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");
    private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}|slot-\\d");

    @TempDir
    private Path directory;

    @Test
    void metricsAreTheCommittedOnes() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            assertThat(pool.client().run("hello").status()).isEqualTo(200);

            String scrape = pool.client().get("//actuator/prometheus").text();
            String metrics = String.join("\n", metrics(scrape)) + "\n";

            if (Boolean.getBoolean("metrics.update")) {
                Files.writeString(FILE, metrics);
            }

            assertThat(FILE)
                    .as("metrics.txt; if the change is meant, run this test with -Dmetrics.update=true")
                    .hasContent(metrics);
            assertThat(samples(scrape)).noneMatch(sample -> ID.matcher(sample).find());
            assertThat(Path.of("docs/operations.md"))
                    .content()
                    .as("the table of metrics")
                    .contains(names(metrics));
        }
    }

    /** Each metric once, as {@code name{label,label}}. */
    private static SortedSet<String> metrics(String scrape) {
        SortedSet<String> metrics = new TreeSet<>();
        for (Matcher sample = SAMPLE.matcher(scrape); sample.find(); ) {
            String labels = sample.group(2) == null
                    ? ""
                    : LABEL.matcher(sample.group(2))
                            .results()
                            .map(label -> label.group(1))
                            .collect(joining(",", "{", "}"));
            metrics.add(sample.group(1) + labels);
        }
        return metrics;
    }

    private static List<String> samples(String scrape) {
        return scrape.lines().filter(line -> line.startsWith("claude_pool_")).toList();
    }

    /** As the document has them: without labels, and a timer's three samples by their common name. */
    private static List<String> names(String metrics) {
        return metrics.lines()
                .map(line -> line.replaceFirst("\\{.*", "").replaceFirst("_seconds_(count|sum|max)$", "_seconds"))
                .distinct()
                .map(name -> "`" + name + "`")
                .toList();
    }
}
