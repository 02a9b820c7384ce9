package dev.claudepool.claude;

import dev.claudepool.claude.CliMessage.ControlAnswer;
import dev.claudepool.process.LineReader;
import dev.claudepool.process.StderrTail;
import dev.claudepool.process.StdinWriter;
import dev.claudepool.process.Uninterruptibly;
import dev.claudepool.web.BareTrace;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pipes of one process. They are served by platform threads: virtual threads that block in pipes hold their
 * carriers, and with enough of them the whole service stands still. Thread-safe.
 */
final class ProcessPipes {

    /** Who gets what the process says, on the thread that reads it. */
    interface Receiver {

        void received(CliMessage message, int bytes);

        void lineTooLong();

        /** The process has ended, or closed its output; may come twice. */
        void ended();
    }

    private static final Logger log = LoggerFactory.getLogger(ProcessPipes.class);
    private static final Duration WAIT_FOR_REST = Duration.ofMillis(500);

    /** The limit of the wait for the end of stderr: children of the process can keep it open. */
    private static final Duration WAIT_FOR_STDERR = Duration.ofSeconds(2);

    private final Process process;
    private final MessageCodec codec;
    private final Receiver receiver;
    private final LineReader reader;
    private final StderrTail stderr = new StderrTail();
    private final StdinWriter stdin = new StdinWriter();
    private final Thread stdoutThread;
    private final Thread stderrThread;
    private final Map<String, CompletableFuture<ControlAnswer>> asked = new ConcurrentHashMap<>();
    private final AtomicLong lastRequest = new AtomicLong();
    private volatile boolean ended;
    private volatile long heardAt = System.nanoTime();

    ProcessPipes(Process process, MessageCodec codec, long maxLine, Receiver receiver) {
        this.process = process;
        this.codec = codec;
        this.receiver = receiver;
        this.reader = new LineReader(process.getInputStream(), maxLine, new Lines());
        this.stdoutThread = thread("stdout", this::readStdout);
        this.stderrThread = thread("stderr", () -> stderr.drain(process.getErrorStream()));
    }

    /** Starts the reader of stderr first: the end of stdout waits for it, to know what the process said last. */
    void start() {
        stderrThread.start();
        stdoutThread.start();
        thread("stdin", () -> stdin.drainTo(process.getOutputStream())).start();
        Thread.ofVirtual().name("claude-" + process.pid() + "-exit").start(this::awaitExit);
    }

    void send(ObjectNode line) {
        stdin.write(codec.write(line));
    }

    /** Sends a control request. Its answer is a refusal when the process ends first. */
    CompletableFuture<ControlAnswer> request(ObjectNode request) {
        String id = "r" + lastRequest.incrementAndGet();
        CompletableFuture<ControlAnswer> answer = new CompletableFuture<>();
        asked.put(id, answer);
        send(codec.controlRequest(id, request));
        if (ended) {
            failAsked();
        }
        return answer;
    }

    void closeInput() {
        stdin.close();
    }

    boolean hasEnded() {
        return ended;
    }

    /** Returns how long the process has said nothing. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardAt);
    }

    @Nullable
    String stderr() {
        return stderr.text();
    }

    private void readStdout() {
        try (var _ = process.getInputStream()) {
            reader.drain();
        } catch (IOException e) { // the process was killed
            return;
        } finally {
            Uninterruptibly.await(() -> !process.isAlive(), WAIT_FOR_REST);
            end();
        }
    }

    /** Children of the process can keep its output open; then there is no end of stream to wait for. */
    private void awaitExit() {
        try {
            process.waitFor();
            while (!stdoutThread.join(WAIT_FOR_REST) && !reader.isWaiting()) {
                Thread.onSpinWait();
            }
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        Uninterruptibly.await(() -> !stderrThread.isAlive(), WAIT_FOR_STDERR);
        ended = true;
        stdin.close();
        failAsked();
        receiver.ended();
    }

    private void failAsked() {
        asked.values().forEach(answer -> answer.complete(ControlAnswer.none("the process has ended")));
        asked.clear();
    }

    private Thread thread(String name, Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name("claude-" + process.pid() + "-" + name)
                .unstarted(work);
    }

    /** Answers go to whoever asked, everything else to the receiver. */
    private final class Lines implements LineReader.Lines {

        @Override
        public void line(byte[] buffer, int offset, int length) {
            heardAt = System.nanoTime();
            try {
                deliver(codec.read(buffer, offset, length), length);
            } catch (RuntimeException | VirtualMachineError e) { // whatever it wrote, the next line is read
                log.error("A line of the CLI cannot be read pid={}: {}", process.pid(), new BareTrace(e));
                receiver.received(new CliMessage.Unusable(Failure.ofThrown(e), false), 0);
            }
        }

        private void deliver(CliMessage message, int length) {
            if (message instanceof ControlAnswer answer) {
                CompletableFuture<ControlAnswer> waiting = asked.remove(answer.requestId());
                if (waiting != null) {
                    waiting.complete(answer);
                }
            } else {
                receiver.received(message, length);
            }
        }

        @Override
        public void tooLong() {
            receiver.lineTooLong();
        }
    }
}
