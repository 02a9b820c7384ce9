package dev.claudepool.benchmark;

import java.io.IOException;

/** One question that the benchmark answers. */
interface Part {

    /** Measures, and puts the outcome into words, as Markdown. */
    String measure(Bench bench) throws IOException, InterruptedException;

    /** The part of that name in {@code benchmark.parts}. */
    static Part named(String name) {
        return switch (name) {
            case "process" -> new ProcessLatency();
            case "conversation" -> new ConversationLatency();
            case "throughput" -> new Throughput();
            case "fan-out" -> new FanOutTimes();
            case "memory" -> new QueueMemory();
            case "claim" -> new ClaimLatency();
            default -> throw new IllegalArgumentException("benchmark.parts: there is no part " + name);
        };
    }
}
