package dev.claudepool.queue;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

/** What every engine owes to those who claim tasks. */
abstract class TaskClaimContract {

    @AutoClose
    final TestDatabase database;

    private final TestingTasks tasks;

    TaskClaimContract(TestDatabase database) {
        this.database = database;
        this.tasks = new TestingTasks(database);
    }

    @Test
    void anEmptyQueueGivesNothing() {
        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
    }

    @Test
    void aClaimedTaskRunsInTheSlotAndSessionItWasPlacedIn() {
        Task queued = tasks.queued();
        UUID session = UUID.randomUUID();

        Task claimed = tasks.claim("slot-3", session);

        assertThat(claimed).isRunning().hasAttempts(1).hasEpoch(1);
        assertThat(tasks.now(queued)).isEqualTo(claimed);
        assertThat(claimed.slotId()).isEqualTo("slot-3");
        assertThat(claimed.sessionId()).isEqualTo(session);
        assertThat(claimed.startedAt()).isEqualTo(database.clock().instant());
    }

    @Test
    void goesByPriorityThenByAge() {
        Task usual = tasks.queued("priority", 0);
        Task low = tasks.queued("priority", -1000);
        Task high = tasks.queued("priority", 1000);
        Task usualToo = tasks.queued("priority", 0);
        Task highToo = tasks.queued("priority", 1000);

        assertThat(claimedInOrder(5)).containsExactly(high.id(), highToo.id(), usual.id(), usualToo.id(), low.id());
    }

    @Test
    void aTaskGainsAStepOfPriorityWithEachMinuteItWaits() {
        Task low = tasks.queued("priority", -2);
        database.clock().advance(Duration.ofMinutes(2).minusMillis(1));
        Task before = tasks.queued();
        database.clock().advance(Duration.ofMillis(2));
        Task after = tasks.queued();
        database.clock().advance(Duration.ofDays(1));

        assertThat(claimedInOrder(3)).containsExactly(before.id(), low.id(), after.id());
    }

    @Test
    void noTaskIsStarvedHoweverManyMoreUrgentOnesCome() {
        Task low = tasks.queued("priority", -10);
        List<UUID> claimed = new ArrayList<>();
        while (!claimed.contains(low.id()) && claimed.size() < 100) {
            database.clock().advance(Duration.ofMinutes(1));
            tasks.queued("priority", 5);
            claimed.add(tasks.claim().id());
        }

        assertThat(claimed).hasSize(15).endsWith(low.id());
    }

    @Test
    void withoutAgeingOnlyPriorityCounts() {
        TestingTasks strict = new TestingTasks(
                database,
                TestingSpecs.properties(0),
                new QueueProperties(10, DataSize.ofMegabytes(256), Duration.ZERO));
        Task low = strict.queued("priority", -1);
        Task lowest = strict.queued("priority", -1000);
        database.clock().advance(Duration.ofDays(36_500));
        Task usual = strict.queued("priority", 0);
        Task highest = strict.queued("priority", 1000);
        Task usualToo = strict.queued("priority", 0);

        assertThat(claimedInOrder(5)).containsExactly(highest.id(), usual.id(), usualToo.id(), low.id(), lowest.id());
    }

    @Test
    void aRestartRanksTheQueueByTheSettingsOfThen() {
        TestingTasks strict = new TestingTasks(
                database,
                TestingSpecs.properties(0),
                new QueueProperties(10, DataSize.ofMegabytes(256), Duration.ZERO));
        Task low = strict.queued("priority", -1);
        database.clock().advance(Duration.ofMinutes(2));
        Task usual = strict.queued("priority", 0);

        new TestingTasks(database).queue.recovery.recover();

        assertThat(claimedInOrder(2)).containsExactly(low.id(), usual.id());
    }

    @Test
    void aTaskThatIsTriedAgainKeepsItsPlace() {
        Task first = tasks.running(Map.of("retries", 1));
        database.clock().advance(Duration.ofMinutes(1));
        Task second = tasks.queued();
        tasks.queue.settlement.failed(first, TestingSpecs.failure(FailureCode.CLI_EXITED), TestingSpecs.spend("0"));
        database.clock().advance(Duration.ofMinutes(1));

        assertThat(claimedInOrder(2)).containsExactly(first.id(), second.id());
    }

    @Test
    void leavesATaskThatMustWaitUntilItsTime() {
        Task deferred = tasks.running();
        Instant notBefore = database.clock().instant().plus(Duration.ofMinutes(5));
        tasks.queue.settlement.deferred(
                deferred, TestingSpecs.failure(FailureCode.RATE_LIMITED), notBefore, TestingSpecs.spend("0"));

        database.clock().set(notBefore.minusMillis(1));
        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
        database.clock().set(notBefore);
        assertThat(tasks.claim().id()).isEqualTo(deferred.id());
    }

    @Test
    void leavesATaskToTheSlotItWants() {
        Task picky = tasks.queued(Map.of("slot", "slot-1", "priority", 10));
        Task any = tasks.queued();

        assertThat(tasks.claim("slot-0").id()).isEqualTo(any.id());
        assertThat(tasks.nothingToClaim("slot-0", "slot-2")).isTrue();
        assertThat(claimFor(TestingTasks.slot("slot-0"), TestingTasks.slot("slot-1")))
                .contains(picky.id());
    }

    @Test
    void leavesATaskToTheRoleItWants() {
        Task picky = tasks.queued(Map.of("role", "tester", "priority", 10));
        Task any = tasks.queued();

        assertThat(tasks.claim("slot-0").id()).isEqualTo(any.id());
        assertThat(claimFor(new IdleSlot("slot-0", null), new IdleSlot("slot-1", "writer")))
                .isEmpty();
        assertThat(claimFor(new IdleSlot("slot-0", null), new IdleSlot("slot-1", "tester")))
                .contains(picky.id());
    }

    @Test
    void theSlotAndTheRoleMustBeThoseOfTheSameSlot() {
        Task picky = tasks.queued(Map.of("slot", "slot-1", "role", "tester"));

        assertThat(claimFor(new IdleSlot("slot-0", "tester"), new IdleSlot("slot-1", "writer")))
                .isEmpty();
        assertThat(claimFor(new IdleSlot("slot-1", "tester"))).contains(picky.id());
    }

    @Test
    void aSlotWithARoleTakesTasksThatAskForNone() {
        Task any = tasks.queued();

        assertThat(claimFor(new IdleSlot("slot-0", "tester"))).contains(any.id());
    }

    @Test
    void aIdleSlotFitsJustWhatItIsGiven() {
        List<IdleSlot> candidates = List.of(
                new IdleSlot("slot-0", null), new IdleSlot("slot-0", "tester"), new IdleSlot("slot-1", "tester"));
        List<Map<String, Object>> wishes = List.of(
                Map.of(),
                Map.of("slot", "slot-0"),
                Map.of("role", "tester"),
                Map.of("slot", "slot-0", "role", "tester"),
                Map.of("role", "TESTER"));

        for (Map<String, Object> wish : wishes) {
            for (IdleSlot candidate : candidates) {
                Task task = tasks.queued(wish);
                boolean given = claimFor(candidate).isPresent();
                tasks.service.cancel(task.id());

                assertThat(candidate.fits(task.spec()))
                        .as("%s for %s", candidate, wish)
                        .isEqualTo(given);
            }
        }
    }

    @Test
    void givesASessionToOneTaskAtATime() {
        String session = UUID.randomUUID().toString();
        Task first = tasks.queued("session", session);
        Task second = tasks.queued("session", session.toUpperCase(Locale.ROOT));
        Task other = tasks.queued("session", UUID.randomUUID().toString());

        Task running = tasks.claim();
        assertThat(running.id()).isEqualTo(first.id());
        assertThat(tasks.claim().id()).isEqualTo(other.id());
        assertThat(tasks.nothingToClaim("slot-0", "slot-1")).isTrue();
        tasks.queue.settlement.failed(running, TestingSpecs.failure(FailureCode.API_ERROR), TestingSpecs.spend("0"));
        assertThat(tasks.claim().id()).isEqualTo(second.id());
    }

    @Test
    void aFollowUpWaitsForItsTaskAndContinuesItsSession() {
        Task first = tasks.queued();
        Task followUp = tasks.queued(Map.of("session", first.id().toString(), "priority", 100));

        Task running = tasks.claim();
        assertThat(running.id()).isEqualTo(first.id());
        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
        tasks.queue.settlement.succeeded(running, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));

        Task continued = tasks.claim();
        assertThat(continued.id()).isEqualTo(followUp.id());
        assertThat(continued.sessionId()).isEqualTo(running.sessionId()).isNotNull();
    }

    @Test
    void twoFollowUpsOfATaskRunOneAfterTheOther() {
        Task first = tasks.running();
        tasks.queue.settlement.succeeded(first, TestingSpecs.answer("hi"), TestingSpecs.spend("0.01"));
        tasks.queued("session", first.id().toString());
        Task second = tasks.queued("session", first.id().toString());
        Task bySession = tasks.queued("session", String.valueOf(first.sessionId()));

        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim("slot-0", "slot-1")).isTrue();
        tasks.queue.settlement.cancelled(running, TestingSpecs.spend("0"));
        Task next = tasks.claim();
        assertThat(next.id()).isEqualTo(second.id());
        assertThat(tasks.nothingToClaim("slot-0", "slot-1")).isTrue();
        tasks.queue.settlement.cancelled(next, TestingSpecs.spend("0"));
        assertThat(tasks.claim().id()).isEqualTo(bySession.id());
    }

    @Test
    void aFollowUpOfATaskWithoutASessionIsReported() {
        Task first = tasks.queued();
        tasks.queued("session", first.id().toString());
        tasks.service.cancel(first.id());

        assertThat(tasks.next().session()).isEqualTo(new RequestedSession.Gone());
    }

    @Test
    void aTaskInARunningSessionIsNotInTheWayOfOthers() {
        String session = UUID.randomUUID().toString();
        tasks.running(Map.of("session", session));
        tasks.queued(Map.of("session", session, "priority", 9));
        Task behind = tasks.queued();

        assertThat(tasks.claim().id()).isEqualTo(behind.id());
    }

    @Test
    void aPausedQueueGivesNothing() {
        tasks.queued();
        tasks.queue.pause.pause();

        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
        tasks.queue.pause.resume();
        assertThat(tasks.nothingToClaim("slot-0")).isFalse();
    }

    @Test
    void thePauseOfAnOperatorOutlivesTheServiceAndNoOtherDoes() {
        tasks.queue.pause.pause();
        assertThat(new TestingTasks(database).queue.pause.isPaused()).isTrue();

        tasks.queue.pause.resume();
        tasks.queue.pause.pauseUntil(Instant.MAX, FailureCode.BILLING_ERROR);

        assertThat(new TestingTasks(database).queue.pause.isPaused()).isFalse();
    }

    @Test
    void aClaimThatIsRolledBackLeavesTheTaskAsItWas() {
        Task queued = tasks.queued();

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    var _ = tasks.claim();
                    throw new IllegalStateException("not idle any more");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(tasks.now(queued)).isEqualTo(queued);
    }

    @Test
    @Timeout(120)
    void everyTaskIsClaimedOnceHoweverManyClaim() throws Exception {
        int count = 500;
        List<UUID> queued = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queued.add(tasks.queued("priority", i % 5).id());
        }
        List<Future<List<UUID>>> claimers = new ArrayList<>();
        List<UUID> claimed = new ArrayList<>();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int claimer = 0; claimer < 8; claimer++) {
                String slot = "slot-" + claimer;
                claimers.add(threads.submit(() -> claimAll(slot)));
            }
            for (Future<List<UUID>> claimer : claimers) {
                claimed.addAll(claimer.get());
            }
        }

        assertThat(claimed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(queued);
        assertThat(tasks.store.count(TaskState.Name.RUNNING)).isEqualTo(count);
    }

    private List<UUID> claimedInOrder(int count) {
        return Stream.generate(() -> tasks.claim().id()).limit(count).toList();
    }

    private Optional<UUID> claimFor(IdleSlot... idle) {
        return tasks.claim(List.of(idle)).map(Task::id);
    }

    private List<UUID> claimAll(String slot) {
        List<UUID> mine = new ArrayList<>();
        Optional<Task> next = Optional.empty();
        do {
            next = tasks.claim(Set.of(TestingTasks.slot(slot)));
            next.map(Task::id).ifPresent(mine::add);
        } while (next.isPresent());
        return mine;
    }
}
