package dev.claudepool.task;

import dev.claudepool.web.HeapShare;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Defaults of tasks.
 *
 * @param timeout the longest an attempt may take, unless its task says otherwise
 * @param retries how many more attempts a task gets after a retryable failure, unless it says otherwise
 * @param maxOutput the most that is kept of an answer, in UTF-8: 10 MB, or less with a small heap, unless configured
 */
@ConfigurationProperties("claude-pool.task")
public record TaskProperties(
        @DefaultValue("30m") Duration timeout,
        @DefaultValue("0") int retries,
        DataSize maxOutput) {

    private static final DataSize USUAL_OUTPUT = DataSize.ofMegabytes(10);

    /** @param maxOutput null for the default */
    public TaskProperties {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("claude-pool.task.timeout must be more than zero");
        }
        if (retries < 0 || retries > 10) {
            throw new IllegalArgumentException("claude-pool.task.retries must be between 0 and 10");
        }
        maxOutput = HeapShare.of("claude-pool.task.max-output", maxOutput, USUAL_OUTPUT);
        if (maxOutput.toBytes() < 1) {
            throw new IllegalArgumentException("claude-pool.task.max-output must be more than zero");
        }
    }

    /** Returns what these are to tasks that leave them open. */
    public TaskConfig config() {
        return new TaskConfig(null, null, null, null, null, null, null, null, null, null, timeout);
    }

    public int retriesOf(TaskSpec spec) {
        Integer own = spec.retries();
        return own == null ? retries : own;
    }
}
