package dev.claudepool.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TestingSpecs;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who delete tasks. */
abstract class TaskRemovalContract {

    private static final int ROUNDS = 1000;

    @AutoClose
    private final TestDatabase database;

    private final TestingTasks tasks;

    @AutoClose
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    private final CyclicBarrier start = new CyclicBarrier(2);

    TaskRemovalContract(TestDatabase database) {
        this.database = database;
        this.tasks = new TestingTasks(database, TestingSpecs.limits());
    }

    @Test
    void ofADeletionAndAFollowUpAtOnceOneIsRefused() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            race();
        }

        assertThat(database.jdbc()
                        .sql("select count(*) from task where follows is null and spec like '%follow up%'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    private void race() throws Exception {
        UUID id = tasks.service
                .submit(TaskSpec.ofPrompt("first"), null, TestingTasks.CALLER)
                .id();
        tasks.service.cancel(id);
        TaskSpec followUp = TestingSpecs.spec(Map.of("prompt", "follow up", "session", id.toString()));

        Future<Optional<ProblemCode>> deletion = threads.submit(() -> refusal(() -> tasks.removal.remove(id)));
        Future<Optional<ProblemCode>> submission =
                threads.submit(() -> refusal(() -> tasks.service.submit(followUp, null, TestingTasks.CALLER)));

        if (deletion.get().isEmpty()) {
            assertThat(submission.get()).contains(ProblemCode.VALIDATION_FAILED);
            assertThat(tasks.store.find(id)).isEmpty();
            return;
        }
        assertThat(deletion.get()).contains(ProblemCode.CONFLICT);
        assertThat(submission.get()).isEmpty();
        assertThat(tasks.store.find(id)).map(Task::id).contains(id);
        tasks.queue.clearing.cancelAll();
    }

    /** Runs {@code action} when the other thread is ready; returns why it was refused, if it was. */
    private Optional<ProblemCode> refusal(Runnable action) throws Exception {
        start.await();
        try {
            action.run();
            return Optional.empty();
        } catch (ProblemException refused) {
            return Optional.of(refused.code());
        }
    }
}
