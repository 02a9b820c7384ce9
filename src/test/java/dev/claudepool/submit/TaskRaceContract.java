package dev.claudepool.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who change and delete tasks while others use them. */
abstract class TaskRaceContract {

    private static final int ROUNDS = 1000;

    @AutoClose
    private final TestDatabase database;

    private final TestingTasks tasks;

    @AutoClose
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    private final CyclicBarrier start = new CyclicBarrier(2);

    TaskRaceContract(TestDatabase database) {
        this.database = database;
        this.tasks = new TestingTasks(database, TestingSpecs.limits());
    }

    @Test
    void ofADeletionAndAFollowUpAtOnceOneIsRefused() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            deleteAndFollowUp();
        }

        assertThat(database.jdbc()
                        .sql("select count(*) from task where follows is null and spec like '%follow up%'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aChangeAndAClaimAtOnceRunTheTaskAsItWasOrAsItWasChanged() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            changeAndClaim();
        }
    }

    private void changeAndClaim() throws Exception {
        UUID id = tasks.service
                .submit(TaskSpec.ofPrompt("a"), null, TestingTasks.CALLER)
                .id();
        TaskSpec changed = TestingSpecs.spec(Map.of("prompt", "a", "priority", 7, "tags", List.of("t")));

        Future<Optional<ProblemCode>> change =
                threads.submit(() -> refusal(() -> tasks.service.change(id, _ -> changed, TestingTasks.CALLER)));
        Future<Optional<ProblemCode>> claim = threads.submit(() -> refusal(tasks::claim));

        assertThat(claim.get()).isEmpty();
        Task running = tasks.store.find(id).orElseThrow();
        assertThat(running.state()).isInstanceOf(TaskState.Running.class);
        if (change.get().isEmpty()) {
            assertThat(running.spec()).isEqualTo(changed);
        } else {
            assertThat(change.get()).contains(ProblemCode.CONFLICT);
            assertThat(running.spec()).isEqualTo(TaskSpec.ofPrompt("a"));
        }
        tasks.queue.settlement.succeeded(running, TestingSpecs.answer("x"), TestingSpecs.spend("0.001"));
    }

    private void deleteAndFollowUp() throws Exception {
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
