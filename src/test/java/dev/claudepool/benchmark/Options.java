package dev.claudepool.benchmark;

import java.nio.file.Path;
import java.util.List;

/**
 * What the benchmark is told by system properties {@code benchmark.*}.
 *
 * @param rounds how often each contender is measured
 * @param warmUp how many rounds come before, and do not count
 * @param slots the slots of the service
 * @param classpath that of the service
 * @param jvmFlags those of the service
 * @param serviceLog where the output of the service goes
 */
record Options(int rounds, int warmUp, int slots, String classpath, List<String> jvmFlags, Path serviceLog) {

    static Options read() {
        return new Options(
                Integer.getInteger("benchmark.rounds", 30),
                Integer.getInteger("benchmark.warm-up", 10),
                Integer.getInteger("benchmark.slots", 1),
                System.getProperty("benchmark.classpath", System.getProperty("java.class.path")),
                List.of(System.getProperty("benchmark.jvm-flags", "--enable-native-access=ALL-UNNAMED")
                        .split(" ")),
                Path.of("target/benchmark-service.log").toAbsolutePath());
    }
}
