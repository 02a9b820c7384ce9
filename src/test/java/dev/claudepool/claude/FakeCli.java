package dev.claudepool.claude;

import dev.claudepool.store.Signals;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.springframework.util.unit.DataSize;

/**
 * A CLI whose processes are objects in this JVM, for tests in milliseconds. Unless the test says otherwise they are
 * ready at once, answer {@code x} with {@code echo: x} and obey {@code /clear}. Thread-safe.
 */
public final class FakeCli implements AutoCloseable {

    /** A process that was asked for, whether or not it came up. */
    public record Start(UUID session, boolean resumed, Optional<String> model) {}

    private static final Path WORKING_DIRECTORY = directory();
    private static final Path DATA_DIRECTORY = directory();

    /** How processes start. */
    private enum Starts {
        READY,
        HELD,
        FAILING,
        /** There is nothing to start any more. */
        CLOSED
    }

    private final Signals signals = new Signals();
    private final List<Start> starts = new CopyOnWriteArrayList<>();
    private final List<FakeProcess> processes = new CopyOnWriteArrayList<>();
    private final List<String> prompts = new CopyOnWriteArrayList<>();
    private final Map<String, Consumer<FakeProcess>> reactions = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> fatal = ConcurrentHashMap.newKeySet();
    private final Set<UUID> sessions = ConcurrentHashMap.newKeySet();
    private final ClaudeLauncher launcher = makeLauncher();
    private Starts mode = Starts.READY;

    /** The launcher of its processes. */
    public ClaudeLauncher launcher() {
        return launcher;
    }

    /** A directory that exists, in which its processes can be said to work. */
    public Path workingDirectory() {
        return WORKING_DIRECTORY;
    }

    /** Keeps processes from starting until {@link #letStart} or {@link #failStarts}. */
    public FakeCli holdStarts() {
        setMode(Starts.HELD);
        return this;
    }

    /** Lets processes come up at once, those that are held included. */
    public FakeCli letStart() {
        setMode(Starts.READY);
        return this;
    }

    /** Lets processes end in their start, those that are held included. */
    public FakeCli failStarts() {
        setMode(Starts.FAILING);
        return this;
    }

    /** Starts no more; starts that are held have failed at once. */
    @Override
    public void close() {
        setMode(Starts.CLOSED);
    }

    /**
     * Does this when a process gets just this prompt, on a thread that must not block. Whoever does nothing holds the
     * turn, until the test answers it.
     */
    public void on(String prompt, Consumer<FakeProcess> reaction) {
        reactions.put(prompt, reaction);
    }

    /** Holds turns of this prompt, until the test answers them. */
    public void hold(String prompt) {
        on(prompt, process -> {});
    }

    /** Does this instead of forgetting the session. */
    public void onClear(Consumer<FakeProcess> reaction) {
        on("/clear", reaction);
    }

    /** Refuses control requests of this kind. */
    public void refuse(String subtype) {
        refused.add(subtype);
    }

    /** Has processes die of control requests of this kind. */
    public void dieOf(String subtype) {
        fatal.add(subtype);
    }

    /** Has processes survive such requests again. */
    public void survive(String subtype) {
        fatal.remove(subtype);
    }

    /** Lets this session be resumed, as if something had been said in it. */
    public void knows(UUID session) {
        sessions.add(session);
    }

    /** All starts so far. */
    public List<Start> starts() {
        return starts;
    }

    /** The last start. */
    public Start lastStart() {
        return starts.getLast();
    }

    /** All processes that came up so far. */
    public List<FakeProcess> processes() {
        return processes;
    }

    /** The processes that live. */
    public List<FakeProcess> living() {
        return processes.stream().filter(Process::isAlive).toList();
    }

    /** All prompts so far, {@code /clear} included. */
    public List<String> prompts() {
        return prompts;
    }

    /** Waits until so many starts have begun. */
    public void awaitStarts(int count) throws InterruptedException {
        signals.await(count + " processes are started", () -> starts.size() >= count);
    }

    /** Waits until no process lives. */
    public void awaitNoneLiving() throws InterruptedException {
        signals.await("no process lives", () -> living().isEmpty());
    }

    /** Waits until a process works on this prompt, and returns the process. */
    public FakeProcess awaitPrompt(String prompt) throws InterruptedException {
        signals.await(
                "a process works on '" + prompt + "'", () -> workingOn(prompt).isPresent());
        return workingOn(prompt).orElseThrow();
    }

    private Optional<FakeProcess> workingOn(String prompt) {
        return living().stream()
                .filter(process -> process.prompt().filter(prompt::equals).isPresent())
                .findFirst();
    }

    void told() {
        signals.tell();
    }

    boolean refuses(String subtype) {
        return refused.contains(subtype);
    }

    boolean isFatal(String subtype) {
        return fatal.contains(subtype);
    }

    void prompted(FakeProcess process, String prompt) {
        prompts.add(prompt);
        if (!prompt.equals("/clear")) {
            sessions.add(process.session());
        }
        reactions.getOrDefault(prompt, usual(prompt)).accept(process);
        signals.tell();
    }

    private static Consumer<FakeProcess> usual(String prompt) {
        return prompt.equals("/clear") ? FakeProcess::forget : process -> process.answer("echo: " + prompt);
    }

    private Process start(List<String> command) throws IOException {
        Optional<UUID> resumed = option(command, "resume").map(UUID::fromString);
        UUID session = resumed.orElseGet(
                () -> UUID.fromString(option(command, "session-id").orElseThrow()));
        starts.add(new Start(session, resumed.isPresent(), option(command, "model")));
        signals.tell();
        Starts how = awaitDecision();
        if (how == Starts.CLOSED) {
            throw new IOException("the fake is closed");
        }
        FakeProcess process = new FakeProcess(this, command);
        if (how == Starts.FAILING) {
            process.exit(3, "the fake does not start\n");
        } else if (resumed.isPresent() && !sessions.contains(session)) {
            process.exit(1, "No conversation found with session ID: " + session + "\n");
        } else if (resumed.isEmpty() && sessions.contains(session)) {
            process.exit(1, "Session ID " + session + " is already in use.\n");
        } else {
            processes.add(process);
            signals.tell();
        }
        return process;
    }

    private synchronized void setMode(Starts how) {
        mode = how;
        notifyAll();
    }

    private synchronized Starts awaitDecision() throws IOException {
        try {
            while (mode == Starts.HELD) {
                wait();
            }
            return mode;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The value of an option in a command line. */
    static Optional<String> option(List<String> command, String name) {
        String prefix = "--" + name + "=";
        return command.stream()
                .filter(argument -> argument.startsWith(prefix))
                .map(argument -> argument.substring(prefix.length()))
                .findFirst();
    }

    private ClaudeLauncher makeLauncher() {
        Duration patience = Duration.ofSeconds(30);
        Path program = DATA_DIRECTORY.resolve("claude");
        CliProperties properties = new CliProperties(
                program,
                CliProperties.Install.NEVER,
                null,
                null,
                List.of(),
                Map.of(),
                "none",
                patience,
                patience,
                patience,
                Duration.ofMillis(50),
                DataSize.ofMegabytes(1));
        return new ClaudeLauncher(
                properties,
                program,
                Optional.empty(),
                (command, _, _, _) -> start(command),
                DATA_DIRECTORY,
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("fake-cli");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
