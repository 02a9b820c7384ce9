package dev.claudepool.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts processes. Thread-safe. */
@FunctionalInterface
public interface ProcessStarter {

    /**
     * Starts a process that has just this environment.
     *
     * @param group the list of processes of the control group to join, if there is one
     */
    Process start(List<String> command, Path workingDirectory, Map<String, String> environment, Optional<Path> group)
            throws IOException;
}
