package dev.claudepool.submit;

import dev.claudepool.claude.SessionTranscripts;
import dev.claudepool.claude.TranscriptReader;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.queue.AttemptStore;
import dev.claudepool.queue.TaskAttempt;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The conversations of tasks, as the CLI has them. Several tasks may be in one session, one after the other; the times
 * of its attempts tell what belongs to a task. Thread-safe.
 */
@Component
class TaskTranscripts {

    private static final int READ_AT_ONCE = 200;

    /** The most sessions of one task that are looked for: where the provider is limited for days, each try has one. */
    private static final int MOST_SESSIONS = 20;

    private final TaskService tasks;
    private final AttemptStore attempts;
    private final SessionTranscripts transcripts;
    private final JsonMapper json;

    TaskTranscripts(TaskService tasks, AttemptStore attempts, SessionTranscripts transcripts, JsonMapper json) {
        this.tasks = tasks;
        this.attempts = attempts;
        this.transcripts = transcripts;
        this.json = json;
    }

    /**
     * Finds the parts of the conversation of a task, in their order, in the sessions whose transcripts are there.
     *
     * @throws ProblemException {@code task-not-found}, {@code transcript-not-found}
     */
    List<Part> find(UUID id) {
        Task task = tasks.get(id);
        List<Part> found =
                parts(task).stream().filter(part -> isThere(part.session())).toList();
        if (found.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.TRANSCRIPT_NOT_FOUND,
                    task.epoch() == 0
                            ? "The task has no transcript, since no slot has taken it yet"
                            : "The transcript of the task is not there: the CLI has not begun it, or it was deleted");
        }
        return found;
    }

    /** Writes the messages of these parts, a line each. */
    void write(List<Part> parts, OutputStream out) throws IOException {
        try {
            for (Part part : parts) {
                Optional<InputStream> transcript = transcripts.open(part.session());
                if (transcript.isPresent()) {
                    TranscriptReader.read(transcript.get(), part::includes, entry -> write(entry, out));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void write(Object entry, OutputStream out) {
        try {
            out.write(json.writeValueAsBytes(entry));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isThere(UUID session) {
        try {
            Optional<InputStream> transcript = transcripts.open(session);
            if (transcript.isPresent()) {
                transcript.get().close();
            }
            return transcript.isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Part> parts(Task task) {
        LinkedHashMap<UUID, List<Period>> periods = new LinkedHashMap<>();
        List<TaskAttempt> some = attempts.ofTask(task.id(), 0, READ_AT_ONCE);
        while (!some.isEmpty()) {
            for (TaskAttempt attempt : some) {
                periods.computeIfAbsent(attempt.sessionId(), _ -> new ArrayList<>())
                        .add(Period.of(attempt.startedAt(), attempt.finishedAt()));
                if (periods.size() > MOST_SESSIONS) {
                    periods.pollFirstEntry();
                }
            }
            some = attempts.ofTask(task.id(), some.getLast().number(), READ_AT_ONCE);
        }
        return periods.isEmpty()
                ? ofOlderVersion(task)
                : periods.entrySet().stream()
                        .map(session -> new Part(session.getKey(), session.getValue()))
                        .toList();
    }

    /** An older version has not noted the attempts. */
    private static List<Part> ofOlderVersion(Task task) {
        UUID session = task.sessionId();
        Instant start = task.startedAt();
        Instant end = task.state() instanceof TaskState.Ended ended ? ended.finishedAt() : null;
        return session == null || start == null
                ? List.of()
                : List.of(new Part(session, List.of(Period.of(start, end))));
    }

    /**
     * What a task has said in one session.
     *
     * @param periods the times of its attempts
     */
    record Part(UUID session, List<Period> periods) {

        boolean includes(Instant time) {
            return periods.stream().anyMatch(period -> period.includes(time));
        }
    }

    /** The time of an attempt. */
    record Period(Instant start, Instant end) {

        /** @param end null while it runs */
        static Period of(Instant start, @Nullable Instant end) {
            return new Period(start, end == null ? Instant.MAX : end);
        }

        boolean includes(Instant time) {
            return !time.isBefore(start) && !time.isAfter(end);
        }
    }
}
