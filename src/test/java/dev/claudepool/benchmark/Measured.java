package dev.claudepool.benchmark;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of a race. */
record Measured(Map<Contender, Samples> samples) {

    /** Lets the contenders take turns, so that whatever else the machine does hits all alike. */
    static Measured inTurns(int rounds, List<? extends Contender> contenders) throws IOException, InterruptedException {
        Map<Contender, Samples> measured = new LinkedHashMap<>();
        contenders.forEach(contender -> measured.put(contender, new Samples()));
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : contenders) {
                contender.prepare();
            }
            for (var entry : measured.entrySet()) {
                entry.getValue().add(entry.getKey().once());
                entry.getKey().rest();
            }
        }
        return new Measured(measured);
    }

    Samples of(Contender contender) {
        return samples.getOrDefault(contender, new Samples());
    }

    /** In milliseconds. */
    double median(Contender contender) {
        return of(contender).median();
    }
}
