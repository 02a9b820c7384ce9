package dev.claudepool.claude;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code claude} process that is only an object: it speaks stream-json through pipes in memory and does at once what
 * the test tells it. It has no process of the operating system, and its pid is above all that the kernel gives.
 * Thread-safe.
 */
public final class FakeProcess extends Process {

    /** What an answer costs, in USD. */
    public static final String COST_OF_ANSWER = "0.0008";

    private static final long ABOVE_ALL_PIDS = 1L << 23;
    private static final AtomicLong PIDS = new AtomicLong(ABOVE_ALL_PIDS);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DEFAULT_MODEL = "fake-model";

    private final long pid = PIDS.incrementAndGet();
    private final FakeCli cli;
    private final FakePipe stdout = new FakePipe();
    private final FakePipe stderr = new FakePipe();
    private final Input stdin = new Input();
    private final CompletableFuture<Process> exit = new CompletableFuture<>();
    private @Nullable Integer exitCode;
    private UUID session;
    private @Nullable String model;
    private int answers;
    private @Nullable String prompt;
    private boolean inputClosed;
    private boolean hung;

    FakeProcess(FakeCli cli, List<String> command) {
        this.cli = cli;
        this.model = FakeCli.option(command, "model").orElse(null);
        this.session = UUID.fromString(FakeCli.option(command, "session-id")
                .or(() -> FakeCli.option(command, "resume"))
                .orElseThrow());
    }

    /** The session it is in. */
    public synchronized UUID session() {
        return session;
    }

    /** The model it now works with; empty for the default. */
    public synchronized Optional<String> model() {
        return Optional.ofNullable(model);
    }

    /** The prompt it works on; empty between turns. */
    public synchronized Optional<String> prompt() {
        return Optional.ofNullable(prompt);
    }

    /** Ends the turn with an answer. */
    public synchronized void answer(String text) {
        say(text);
        endTurn(result().put("result", text));
    }

    /** Writes a text without ending the turn. */
    public synchronized void say(String text) {
        answers++;
        ObjectNode message = message(text);
        emit(line("assistant").set("message", message));
        stream("message_stop");
    }

    /** Writes a piece of a text. */
    public synchronized void write(String piece) {
        ObjectNode line = line("stream_event");
        ObjectNode event = line.putObject("event").put("type", "content_block_delta");
        event.putObject("delta").put("type", "text_delta").put("text", piece);
        emit(line);
    }

    /** Tells that the API did not answer and is asked again after {@code delay}. */
    public synchronized void retry(String error, Duration delay) {
        emit(line("system")
                .put("subtype", "api_retry")
                .put("error", error)
                .put("attempt", 1)
                .put("max_retries", 10)
                .put("retry_delay_ms", delay.toMillis()));
    }

    /** Ends the turn as a failure of the API does: {@code rate_limit}, {@code authentication_failed}. */
    public synchronized void fail(String error) {
        ObjectNode line = line("assistant").put("error", error).put("is_api_error_message", true);
        emit(line.set("message", message("API Error: " + error)));
        endTurn(result().put("is_error", true)
                .put("terminal_reason", "api_error")
                .put("result", "API Error: " + error));
    }

    /** Ends the turn without an answer. */
    public synchronized void endWithoutAnswer() {
        endTurn(result().put("num_turns", 0));
    }

    /** Forgets the session, as {@code /clear} is to do. */
    public synchronized void forget() {
        emit(line("conversation_reset"));
        session = UUID.randomUUID();
        answers = 0;
        endTurn(result().put("num_turns", 0));
    }

    /** Works though nobody asked it to. */
    public synchronized void workAlone() {
        emit(line("system").put("subtype", "init").put("model", modelName()));
        say("nobody asked");
        ObjectNode result = result().put("result", "nobody asked");
        result.putObject("origin").put("kind", "task-notification");
        emit(result);
    }

    /** Dies by itself. */
    public void die() {
        exit(1);
    }

    /** Reacts to nothing any more but a KILL. */
    public synchronized void hang() {
        hung = true;
    }

    /** Says why on stderr, and ends. */
    void exit(int code, String reason) {
        stderr.add(bytes(reason));
        exit(code);
    }

    private void exit(int code) {
        synchronized (this) {
            if (exitCode != null) {
                return;
            }
            exitCode = code;
            stdout.end();
            stderr.end();
        }
        exit.complete(this);
        cli.told();
    }

    private synchronized void receive(String text) {
        if (hung || exitCode != null) {
            return;
        }
        JsonNode line = JSON.readTree(text);
        switch (line.path("type").asString("")) {
            case "control_request" -> control(line.path("request_id").asString(), line.path("request"));
            case "user" -> begin(line.path("message").path("content").asString(""));
            default -> {}
        }
    }

    private void begin(String text) {
        prompt = text;
        emit(line("command_lifecycle").put("state", "queued"));
        emit(line("system").put("subtype", "init").put("model", modelName()));
        cli.prompted(this, text);
    }

    private void control(String id, JsonNode request) {
        String subtype = request.path("subtype").asString("");
        if (cli.isFatal(subtype)) {
            exit(4);
            return;
        }
        if (cli.refuses(subtype)) {
            refuse(id);
            return;
        }
        switch (subtype) {
            case "initialize", "get_context_usage", "set_permission_mode" -> grant(id, object());
            case "apply_flag_settings" -> {
                JsonNode wanted = request.path("settings").path("model");
                model = wanted.isString() ? wanted.asString() : null;
                grant(id, object());
            }
            case "get_usage" -> grant(id, object().set("session", totals(object())));
            case "interrupt" -> {
                grant(id, object());
                interrupted();
            }
            default -> refuse(id);
        }
    }

    private void interrupted() {
        if (prompt != null) {
            ObjectNode result =
                    result().put("subtype", "error_during_execution").put("is_error", true);
            result.putArray("errors").add("[interrupted]");
            endTurn(result);
        }
    }

    private void grant(String id, ObjectNode response) {
        ObjectNode line = line("control_response");
        line.putObject("response")
                .put("subtype", "success")
                .put("request_id", id)
                .set("response", response);
        emit(line);
    }

    private void refuse(String id) {
        ObjectNode line = line("control_response");
        line.putObject("response").put("subtype", "error").put("request_id", id).put("error", "refused");
        emit(line);
    }

    private void endTurn(ObjectNode result) {
        prompt = null;
        emit(result);
        if (inputClosed) {
            exit(0);
        }
    }

    private ObjectNode result() {
        return totals(line("result")
                .put("subtype", "success")
                .put("is_error", false)
                .put("num_turns", 1)
                .put("duration_ms", 7)
                .put("terminal_reason", "completed")
                .put("result", ""));
    }

    private ObjectNode totals(ObjectNode holder) {
        double usd = answers * Double.parseDouble(COST_OF_ANSWER);
        return holder.put("total_cost_usd", Math.round(usd * 1e6) / 1e6);
    }

    private ObjectNode message(String text) {
        ObjectNode message = object().put("role", "assistant").put("model", modelName());
        message.putArray("content").addObject().put("type", "text").put("text", text);
        return message;
    }

    private void stream(String type) {
        ObjectNode line = line("stream_event");
        line.putObject("event").put("type", type);
        emit(line);
    }

    private String modelName() {
        return model == null ? DEFAULT_MODEL : model;
    }

    private ObjectNode line(String type) {
        return object().put("type", type);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void emit(ObjectNode line) {
        stdout.add(bytes(line.put("session_id", session.toString()) + "\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public OutputStream getOutputStream() {
        return stdin;
    }

    @Override
    public InputStream getInputStream() {
        return stdout;
    }

    @Override
    public InputStream getErrorStream() {
        return stderr;
    }

    @Override
    public int waitFor() throws InterruptedException {
        var _ = waitFor(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        return exitValue();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        var _ = exit.thenRun(ended::countDown);
        return ended.await(timeout, unit);
    }

    @Override
    public synchronized int exitValue() {
        if (exitCode == null) {
            throw new IllegalThreadStateException("it has not exited");
        }
        return exitCode;
    }

    @Override
    public synchronized boolean isAlive() {
        return exitCode == null;
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exit.copy();
    }

    /** Ends it, unless it hangs. */
    @Override
    public void destroy() {
        if (!isHung()) {
            exit(143);
        }
    }

    private synchronized boolean isHung() {
        return hung;
    }

    @Override
    public Process destroyForcibly() {
        exit(137);
        return this;
    }

    @Override
    public long pid() {
        return pid;
    }

    /** @throws UnsupportedOperationException always: a handle could only be that of a real process */
    @Override
    public ProcessHandle toHandle() {
        throw new UnsupportedOperationException("a fake process has no handle");
    }

    @Override
    public Stream<ProcessHandle> children() {
        return Stream.empty();
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return Stream.empty();
    }

    /** Takes in lines, on the thread that writes them. */
    private final class Input extends OutputStream {

        private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

        @Override
        public void write(int value) {
            if (value == '\n') {
                receive(rest.toString(StandardCharsets.UTF_8));
                rest.reset();
            } else {
                rest.write(value);
            }
        }

        @Override
        public void close() {
            synchronized (FakeProcess.this) {
                inputClosed = true;
                if (hung || prompt != null) {
                    return;
                }
            }
            exit(0);
        }
    }
}
