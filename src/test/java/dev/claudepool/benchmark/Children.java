package dev.claudepool.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The processes that the benchmark starts; none outlives it. Thread-safe. */
final class Children implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Path workingDirectory;

    Children(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Starts a process, whose environment is {@code environment} and nothing else; stderr is ours. */
    Process start(List<String> command, Map<String, String> environment) throws IOException {
        return start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT), environment);
    }

    /** Starts a process, whose environment is {@code environment} and nothing else. */
    Process start(ProcessBuilder builder, Map<String, String> environment) throws IOException {
        builder.directory(workingDirectory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(process);
        return process;
    }

    /** Closes the input of {@code process}, which is to end upon that, and waits until it has. */
    void end(Process process) throws IOException, InterruptedException {
        process.outputWriter().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(process.pid() + " does not end");
        }
        running.remove(process);
    }

    /** Asks {@code process} to end, waits until it has, and ends it by force if need be. */
    void stop(Process process) {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
        running.remove(process);
    }

    /** Ends all that still run, if need be by force. */
    @Override
    public void close() {
        running.forEach(Process::destroy);
        Set.copyOf(running).forEach(this::stop);
    }
}
