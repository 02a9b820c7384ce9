package dev.claudepool.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the benchmark is told by system properties {@code benchmark.*}; the defaults are in {@code pom.xml}.
 *
 * @param parts what is measured, in this order
 * @param rounds how often the latency of each contender is measured
 * @param warmUp the tasks that each service does before it is measured
 * @param slots those of the services whose latency is measured
 * @param throughput the batches that are timed
 * @param fanOuts the fan-outs that are timed
 * @param memory the queue that is held in memory
 * @param longest after so long all processes are ended, and the benchmark fails
 * @param classpath that of the services
 * @param jvmFlags those of the services
 * @param log where the output of the services goes
 */
record Options(
        List<String> parts,
        int rounds,
        int warmUp,
        int slots,
        Batches throughput,
        FanOuts fanOuts,
        Queue memory,
        Duration longest,
        String classpath,
        List<String> jvmFlags,
        Path log) {

    Options {
        if (rounds < 1 || warmUp < 1) {
            throw new IllegalArgumentException("benchmark.rounds and benchmark.warm-up must be at least 1");
        }
    }

    /**
     * What throughput is measured with.
     *
     * @param count how many batches of each contender
     * @param slots those of each service, and how many one-shot processes run at a time
     * @param tasks how many tasks a service gets in a batch
     * @param oneShots how many one-shot processes are a batch
     */
    record Batches(int count, int slots, int tasks, int oneShots) {}

    /**
     * What fan-outs are measured with.
     *
     * @param count how many of them
     * @param slots those of the service
     * @param tasks how many are in each
     */
    record FanOuts(int count, int slots, int tasks) {}

    /**
     * What memory is measured with.
     *
     * @param slots those of the service
     * @param tasks how many wait
     */
    record Queue(int slots, int tasks) {}

    static Options read() {
        return new Options(
                words("parts", ","),
                number("rounds"),
                number("warm-up"),
                number("slots"),
                new Batches(
                        number("batches"),
                        number("slots.throughput"),
                        number("batch.tasks"),
                        number("batch.one-shots")),
                new FanOuts(number("fan-outs"), number("slots.fan-out"), number("fan-out.tasks")),
                new Queue(number("slots.memory"), number("queued")),
                Duration.parse(text("longest")),
                text("classpath"),
                words("jvm-flags", " "),
                Path.of("target/benchmark-service.log").toAbsolutePath());
    }

    private static List<String> words(String name, String separator) {
        return List.of(text(name).split(separator));
    }

    private static int number(String name) {
        return Integer.parseInt(text(name));
    }

    private static String text(String name) {
        return Objects.requireNonNull(System.getProperty("benchmark." + name), name);
    }
}
