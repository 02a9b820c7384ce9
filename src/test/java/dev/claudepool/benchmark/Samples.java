package dev.claudepool.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What was measured of one contender; percentiles are by nearest rank. */
final class Samples {

    private final List<Duration> samples = new ArrayList<>();

    void add(Duration sample) {
        samples.add(sample);
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
}
