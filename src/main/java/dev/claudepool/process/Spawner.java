package dev.claudepool.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes that get a TERM when this one dies, however it dies, where {@code setpriv} can arrange that.
 *
 * <p>The kernel sends that signal when the <em>thread</em> that started the process ends: therefore all are started on
 * one thread, which lives as long as the service does. Thread-safe.
 */
public final class Spawner implements ProcessStarter {

    /** An option of {@code setpriv}. */
    private static final List<String> DIE_WITH_PARENT = List.of("--pdeathsig", "TERM");

    /**
     * Starts the process in a session of its own, so that a Ctrl-C at the service's terminal reaches the service alone.
     */
    private static final String OWN_SESSION = "setsid";

    /** Joins the control group of the first argument, then becomes the command of the others. */
    private static final String JOIN = "{ echo 0 > \"$0\"; } 2> /dev/null; exec \"$@\"";

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("claude-spawner").factory());
    private final List<String> prefix;

    /** @param user as whom the processes run, if not as the service's own user */
    public Spawner(Optional<OsUser> user) {
        List<String> whole = new ArrayList<>();
        whole.add(OWN_SESSION);
        whole.addAll(user.map(OsUser::command).orElse(List.of("setpriv")));
        whole.addAll(DIE_WITH_PARENT);
        this.prefix =
                works(whole) ? List.copyOf(whole) : user.map(OsUser::command).orElse(List.of());
    }

    @Override
    public Process start(
            List<String> command, Path workingDirectory, Map<String, String> environment, Optional<Path> group)
            throws IOException {
        List<String> whole = new ArrayList<>();
        group.ifPresent(processes -> whole.addAll(List.of("sh", "-c", JOIN, processes.toString())));
        whole.addAll(prefix);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).directory(workingDirectory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return CompletableFuture.supplyAsync(() -> start(builder), thread).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UncheckedIOException failure ? failure.getCause() : new IOException(e);
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.onExit().join().exitValue() == 0;
        } catch (IOException e) { // not installed
            return false;
        }
    }
}
