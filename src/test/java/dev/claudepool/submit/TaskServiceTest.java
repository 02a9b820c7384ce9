package dev.claudepool.submit;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.queue.TestingQueue;
import dev.claudepool.security.Caller;
import dev.claudepool.security.Role;
import dev.claudepool.slot.TestingSlots;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.Labels;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskServiceTest {

    private static final TaskSpec SPEC = TaskSpec.ofPrompt("say hello");

    @AutoClose
    private final TestDatabase database = new SqliteTestDatabase();

    private final TestingTasks tasks = new TestingTasks(database, TestingSpecs.properties(0), TestingQueue.capacity(3));
    private final TaskService service = tasks.service;

    @Test
    void anAcceptedTaskIsInTheStore() {
        Task task = service.submit(SPEC, null, TestingTasks.CALLER);

        assertThat(new TestingTasks(database).store.find(task.id())).contains(task);
        assertThat(task).isQueued().hasAttempts(0).hasSpent("0");
    }

    @Test
    void refusesASpecThatBreaksTheRules() {
        assertThatProblem(
                () -> service.submit(TestingSpecs.spec("maxTurns", 0), "key", TestingTasks.CALLER),
                ProblemCode.VALIDATION_FAILED);

        assertThat(queuedTasks()).isZero();
        assertThat(service.submit(SPEC, "key", TestingTasks.CALLER)).isQueued();
    }

    @Test
    void theSameKeyAndRequestGivesTheSameTask() {
        Task first = service.submit(SPEC, "key", TestingTasks.CALLER);

        assertThat(service.submit(TaskSpec.ofPrompt("say hello"), "key", TestingTasks.CALLER))
                .isEqualTo(first);
        assertThat(queuedTasks()).isEqualTo(1);
    }

    @Test
    void theSameKeyGivesTheTaskAsItThenIs() {
        Task first = service.submit(SPEC, "key", TestingTasks.CALLER);
        service.cancel(first.id());

        assertThat(service.submit(SPEC, "key", TestingTasks.CALLER)).isCancelled();
    }

    @Test
    void theSameKeyForAnotherRequestIsAConflict() {
        service.submit(SPEC, "key", TestingTasks.CALLER);

        assertThatProblem(
                () -> service.submit(TaskSpec.ofPrompt("say goodbye"), "key", TestingTasks.CALLER),
                ProblemCode.IDEMPOTENCY_CONFLICT);
        assertThat(queuedTasks()).isEqualTo(1);
    }

    @Test
    void withoutAKeyEverySubmissionIsATask() {
        assertThat(service.submit(SPEC, null, TestingTasks.CALLER).id())
                .isNotEqualTo(service.submit(SPEC, null, TestingTasks.CALLER).id());
    }

    @Test
    void refusesAKeyThatIsBlankOrTooLong() {
        assertThatProblem(() -> service.submit(SPEC, " ", TestingTasks.CALLER), ProblemCode.VALIDATION_FAILED);
        assertThatProblem(
                () -> service.submit(SPEC, "k".repeat(256), TestingTasks.CALLER), ProblemCode.VALIDATION_FAILED);
        assertThat(service.submit(SPEC, "k".repeat(255), TestingTasks.CALLER)).isQueued();
    }

    @Test
    void manyFirstUsesOfAKeyAtOnceMakeOneTask() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<UUID>> submissions = new ArrayList<>();
        Set<UUID> made = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                submissions.add(threads.submit(() -> {
                    start.await();
                    return service.submit(SPEC, "key", TestingTasks.CALLER).id();
                }));
            }
            start.countDown();
            for (Future<UUID> submission : submissions) {
                made.add(submission.get());
            }
        }

        assertThat(made).hasSize(1);
        assertThat(queuedTasks()).isEqualTo(1);
    }

    @Test
    void refusesMoreThanTheQueueHoldsButRepeatsItsAnswers() {
        Task first = service.submit(SPEC, "key", TestingTasks.CALLER);
        service.submit(SPEC, null, TestingTasks.CALLER);
        service.submit(SPEC, null, TestingTasks.CALLER);

        assertThatProblem(() -> service.submit(SPEC, "other", TestingTasks.CALLER), ProblemCode.QUEUE_FULL);
        assertThat(service.submit(SPEC, "key", TestingTasks.CALLER)).isEqualTo(first);
        tasks.claim();
        assertThat(service.submit(SPEC, "other", TestingTasks.CALLER)).isQueued();
    }

    @Test
    void aQueuedTaskThatIsCancelledNeverRuns() {
        Task task = service.submit(SPEC, null, TestingTasks.CALLER);

        assertThat(service.cancel(task.id())).isCancelled();

        assertThat(tasks.now(task)).isCancelled();
        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
    }

    @Test
    void cancellingTwiceIsCancellingOnce() {
        Task running = tasks.running();
        service.cancel(running.id());
        long seq = tasks.log.lastSeq();

        assertThat(service.cancel(running.id())).isCancelling();
        assertThat(tasks.log.lastSeq()).isEqualTo(seq);
    }

    @Test
    void aTaskThatHasEndedStaysAsItIs() {
        Task running = tasks.running();
        tasks.queue.settlement.succeeded(running, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));

        assertThat(service.cancel(running.id())).hasSucceededWith("hi");
        assertThat(tasks.now(running)).hasSucceededWith("hi");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        UUID unknown = UUID.randomUUID();

        assertThatProblem(() -> service.get(unknown), ProblemCode.TASK_NOT_FOUND);
        assertThatProblem(() -> service.cancel(unknown), ProblemCode.TASK_NOT_FOUND);
        assertThatProblem(
                () -> service.await(unknown, ClientWait.uncounted(Duration.ofDays(1))), ProblemCode.TASK_NOT_FOUND);
    }

    @Test
    void aSessionThatIsATaskIsFollowedAndAnyOtherIsContinued() {
        Task task = service.submit(SPEC, null, TestingTasks.CALLER);
        UUID session = UUID.randomUUID();

        Task followUp = service.submit(TestingSpecs.spec("session", task.id().toString()), null, TestingTasks.CALLER);
        Task continued = service.submit(TestingSpecs.spec("session", session.toString()), null, TestingTasks.CALLER);

        assertThat(List.of(Links.of(followUp), Links.of(continued)))
                .containsExactly(new Links(task.id(), null), new Links(null, session));
    }

    @Test
    void onlySessionsOfTasksAndSlotsAreContinued() {
        TestingTasks strict = new TestingTasks(tasks.database, TestingSpecs.limits());
        UUID session = Objects.requireNonNull(tasks.running().sessionId());
        TaskSpec unknown = TestingSpecs.spec("session", UUID.randomUUID().toString());

        assertThatProblem(
                () -> strict.service.submit(unknown, null, TestingTasks.CALLER), ProblemCode.VALIDATION_FAILED);
        assertThat(strict.queued("session", session.toString()).sessionId()).isEqualTo(session);
        assertThat(strict.queued("session", TestingSlots.SESSION.toString()).sessionId())
                .isEqualTo(TestingSlots.SESSION);
        assertThat(strict.queued(Map.of("session", UUID.randomUUID().toString(), "sessionFallback", "fresh"))
                        .sessionId())
                .isNull();
    }

    @Test
    void theLimitsBindWhoeverHasNoRoleThatIsExempt() {
        Caller submitter = new Caller("somebody", Set.of(Role.SUBMIT, Role.READ));
        TaskSpec edits = TestingSpecs.spec("permissionMode", "acceptEdits");

        assertThatProblem(() -> service.submit(edits, null, submitter), ProblemCode.FORBIDDEN);
        assertThat(service.submit(edits, null, TestingTasks.CALLER)).isQueued();
    }

    @Test
    void theLimitsBindAChangeOfWhatTheyForbidAsWell() {
        Caller submitter = new Caller("somebody", Set.of(Role.SUBMIT, Role.READ));
        Task task = service.submit(TestingSpecs.spec("permissionMode", "acceptEdits"), null, TestingTasks.CALLER);
        TaskSpec renamed =
                task.spec().with("say hello", TaskSpec.FRESH_SESSION, new Labels("a name", List.of(), Map.of()));

        assertThatProblem(() -> service.change(task.id(), _ -> renamed, submitter), ProblemCode.FORBIDDEN);
        assertThat(service.get(task.id())).isEqualTo(task);
        assertThat(service.change(task.id(), _ -> renamed, TestingTasks.CALLER).spec())
                .isEqualTo(renamed);
    }

    @Test
    void theLimitsBindARetryAsWell() {
        Caller submitter = new Caller("somebody", Set.of(Role.SUBMIT, Role.READ));
        Task task = service.submit(TestingSpecs.spec("permissionMode", "acceptEdits"), null, TestingTasks.CALLER);
        service.cancel(task.id());

        assertThatProblem(() -> service.retry(task.id(), spec -> spec, null, submitter), ProblemCode.FORBIDDEN);
        assertThat(service.retry(task.id(), spec -> spec, null, TestingTasks.CALLER))
                .isQueued();
    }

    @Test
    void aRequestThatComesAgainGetsItsTaskWhateverTheLimitsNowAre() {
        Caller submitter = new Caller("somebody", Set.of(Role.SUBMIT));
        TaskSpec edits = TestingSpecs.spec("permissionMode", "acceptEdits");
        Task first = service.submit(edits, "key", TestingTasks.CALLER);

        assertThat(service.submit(edits, "key", submitter)).isEqualTo(first);
    }

    /** What a task is linked to. */
    private record Links(@Nullable UUID follows, @Nullable UUID sessionId) {
        static Links of(Task task) {
            return new Links(task.follows(), task.sessionId());
        }
    }

    private int queuedTasks() {
        return tasks.store.count(TaskState.Name.QUEUED);
    }

    private static void assertThatProblem(ThrowingCallable action, ProblemCode code) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code));
    }
}
