package dev.claudepool.slot;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The working directory of the slots, and how tasks are kept apart.
 *
 * @param workingDir where the processes work; the current directory, unless set
 * @param isolation how tasks are kept apart
 */
@ConfigurationProperties("claude-pool")
record SlotProperties(
        @DefaultValue("") String workingDir,
        @DefaultValue("process") Isolation isolation) {

    SlotProperties {
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
        /** A task gets a process that was told to forget what it did before. */
        CONVERSATION
    }
}
