package dev.claudepool.claude;

import java.time.Duration;
import java.util.Optional;

/** The deadlines of a turn. For use by one thread. */
final class Deadlines {

    private final Duration total;
    private final Duration firstByte;
    private final Duration silence;
    private final long totalAt;
    private long quietAt;
    private boolean answering;

    Deadlines(Duration total, Duration firstByte, Duration silence) {
        this.total = total;
        this.firstByte = firstByte;
        this.silence = silence;
        long now = System.nanoTime();
        this.totalAt = now + total.toNanos();
        this.quietAt = now + firstByte.toNanos();
    }

    /** Any message is a sign of life, but only some show that the API answers. */
    void heard(CliMessage message) {
        switch (message) {
            case CliMessage.PromptState _, CliMessage.Preparing _, CliMessage.Noise _ ->
                extend(answering, Duration.ZERO);
            case CliMessage.ApiRetry retry -> extend(true, retry.delay());
            default -> {
                answering = true;
                extend(true, Duration.ZERO);
            }
        }
    }

    Optional<Failure> expired() {
        long now = System.nanoTime();
        if (now - totalAt >= 0) {
            return Optional.of(Failure.of(
                    FailureCode.TASK_TIMED_OUT, "The task took longer than its limit of " + seconds(total) + "."));
        }
        if (now - quietAt < 0) {
            return Optional.empty();
        }
        return Optional.of(
                answering
                        ? Failure.of(FailureCode.CLI_SILENT, "claude said nothing for " + seconds(silence) + ".")
                        : Failure.of(
                                FailureCode.FIRST_BYTE_TIMEOUT,
                                "The API did not begin to answer within " + seconds(firstByte) + "."));
    }

    Duration left() {
        long now = System.nanoTime();
        return Duration.ofNanos(Math.max(0, Math.min(totalAt - now, quietAt - now)));
    }

    private void extend(boolean really, Duration by) {
        if (really) {
            quietAt = System.nanoTime()
                    + (answering ? silence : firstByte).plus(by).toNanos();
        }
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}
