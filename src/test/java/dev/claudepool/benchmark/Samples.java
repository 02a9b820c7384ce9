package dev.claudepool.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured of one contender; percentiles are by nearest rank. */
final class Samples {

    private final List<Duration> samples = new ArrayList<>();

    void add(Duration sample) {
        samples.add(sample);
    }

    /** The first so many, or all if there are fewer. */
    Samples first(int count) {
        Samples first = new Samples();
        samples.stream().limit(count).forEach(first::add);
        return first;
    }

    int count() {
        return samples.size();
    }

    double median() {
        return percentile(50);
    }

    /** The {@code percent}th percentile in milliseconds. */
    double percentile(int percent) {
        List<Duration> sorted = samples.stream().sorted().toList();
        int rank = Math.max(1, (int) Math.ceil(percent / 100.0 * sorted.size()));
        return sorted.get(rank - 1).toNanos() / 1e6;
    }

    /** The shortest in milliseconds. */
    double min() {
        return percentile(0);
    }

    /** The longest in milliseconds. */
    double max() {
        return percentile(100);
    }

    /** Median, p99 and minimum as cells of a table. */
    String cells() {
        return String.format(Locale.ROOT, "%.1f ms | %.1f ms | %.1f ms", median(), percentile(99), min());
    }
}
