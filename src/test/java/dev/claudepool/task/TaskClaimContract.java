package dev.claudepool.task;

import static dev.claudepool.task.TaskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.claude.FailureCode;
import dev.claudepool.store.TestDatabase;
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

        Task claimed = tasks.queue
                .claim(Set.of("slot-3"), (_, _) -> new TaskQueue.Placement("slot-3", session))
                .orElseThrow();

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

        List<UUID> order = Stream.generate(() -> tasks.claim().id()).limit(5).toList();

        assertThat(order).containsExactly(high.id(), highToo.id(), usual.id(), usualToo.id(), low.id());
    }

    @Test
    void leavesATaskThatMustWaitUntilItsTime() {
        Task deferred = tasks.running();
        Instant notBefore = database.clock().instant().plus(Duration.ofMinutes(5));
        tasks.queue.deferred(deferred, notBefore, TestingTasks.spend("0"));

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
        assertThat(tasks.queue
                        .claim(Set.of("slot-0", "slot-1"), (_, c) -> TestingTasks.placement("slot-1", c))
                        .orElseThrow()
                        .id())
                .isEqualTo(picky.id());
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
        tasks.queue.failed(running, TestingTasks.failure(FailureCode.API_ERROR), TestingTasks.spend("0"));
        assertThat(tasks.claim().id()).isEqualTo(second.id());
    }

    @Test
    void aFollowUpWaitsForItsTaskAndContinuesItsSession() {
        Task first = tasks.queued();
        Task followUp = tasks.queued(Map.of("session", first.id().toString(), "priority", 100));

        Task running = tasks.claim();
        assertThat(running.id()).isEqualTo(first.id());
        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
        tasks.queue.succeeded(running, TestingTasks.answer("hi"), TestingTasks.spend("0.01"));

        Task continued = tasks.claim();
        assertThat(continued.id()).isEqualTo(followUp.id());
        assertThat(continued.sessionId()).isEqualTo(running.sessionId()).isNotNull();
    }

    @Test
    void twoFollowUpsOfATaskRunOneAfterTheOther() {
        Task first = tasks.running();
        tasks.queue.succeeded(first, TestingTasks.answer("hi"), TestingTasks.spend("0.01"));
        tasks.queued("session", first.id().toString());
        Task second = tasks.queued("session", first.id().toString());
        Task bySession = tasks.queued("session", String.valueOf(first.sessionId()));

        Task running = tasks.claim();
        assertThat(tasks.nothingToClaim("slot-0", "slot-1")).isTrue();
        tasks.queue.cancelled(running, TestingTasks.spend("0"));
        Task next = tasks.claim();
        assertThat(next.id()).isEqualTo(second.id());
        assertThat(tasks.nothingToClaim("slot-0", "slot-1")).isTrue();
        tasks.queue.cancelled(next, TestingTasks.spend("0"));
        assertThat(tasks.claim().id()).isEqualTo(bySession.id());
    }

    @Test
    void aFollowUpOfATaskThatNeverHadASessionIsTold() {
        Task first = tasks.queued();
        tasks.queued("session", first.id().toString());
        tasks.service.cancel(first.id());
        List<Conversation> conversations = new ArrayList<>();

        tasks.queue.claim(Set.of("slot-0"), (_, conversation) -> {
            conversations.add(conversation);
            return TestingTasks.placement("slot-0", conversation);
        });

        assertThat(conversations).containsExactly(new Conversation.Gone());
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
        tasks.queue.pause();

        assertThat(tasks.nothingToClaim("slot-0")).isTrue();
        tasks.queue.resume();
        assertThat(tasks.nothingToClaim("slot-0")).isFalse();
    }

    @Test
    void aClaimThatCannotBePlacedLeavesTheTaskAsItWas() {
        Task queued = tasks.queued();

        assertThatThrownBy(() -> tasks.queue.claim(Set.of("slot-0"), (_, _) -> {
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

    private List<UUID> claimAll(String slot) {
        List<UUID> mine = new ArrayList<>();
        Optional<Task> next = Optional.empty();
        do {
            next = tasks.queue.claim(Set.of(slot), (_, c) -> TestingTasks.placement(slot, c));
            next.map(Task::id).ifPresent(mine::add);
        } while (next.isPresent());
        return mine;
    }
}
