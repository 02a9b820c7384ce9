package dev.claudepool.pool;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many slots there are, and where and how far apart they work.
 *
 * @param slots how many slots this node has, 1 to {@code maxSlots}
 * @param maxSlots the most slots it may ever have
 * @param workingDir where the processes work; the current directory, unless set
 * @param isolation how tasks are kept apart
 */
@ConfigurationProperties("claude-pool")
record PoolProperties(
        @DefaultValue("4") int slots,
        @DefaultValue("64") int maxSlots,
        @DefaultValue("") String workingDir,
        @DefaultValue("process") Isolation isolation) {

    PoolProperties {
        if (maxSlots < 1 || maxSlots > 1024) {
            throw new IllegalArgumentException("claude-pool.max-slots must be between 1 and 1024");
        }
        if (slots < 1 || slots > maxSlots) {
            throw new IllegalArgumentException(
                    "claude-pool.slots must be between 1 and claude-pool.max-slots (" + maxSlots + ")");
        }
        workingDir = Path.of(workingDir).toAbsolutePath().normalize().toString();
        if (!Files.isDirectory(Path.of(workingDir))) {
            throw new IllegalArgumentException(
                    "claude-pool.working-dir " + workingDir + " is not a directory; create it or set another");
        }
    }

    /**
     * {@code workingDir}, absolute. As a {@code Path} property, Spring would look for it in the servlet context first.
     */
    Path workingDirectory() {
        return Path.of(workingDir);
    }

    /** How tasks are kept apart. */
    enum Isolation {
        /** A task with a fresh session gets a process that has done nothing before. */
        PROCESS,
        /** It gets one that was told to forget what it did before. */
        CONVERSATION
    }
}
