package dev.claudepool.dispatch;

import dev.claudepool.claude.FakeCli;
import dev.claudepool.queue.NextTask;
import dev.claudepool.queue.RequestedSession;
import dev.claudepool.queue.TestingQueue;
import dev.claudepool.slot.SlotLease;
import dev.claudepool.slot.Slots;
import dev.claudepool.slot.TestingSlots;
import dev.claudepool.store.Signals;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.submit.TestingTasks;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TestingSpecs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that are carried out by fake processes. The dispatcher works when a test tells it to, unless the test starts
 * it.
 */
public final class FakePool {

    private static final Duration LONGEST = Duration.ofSeconds(20);

    public final TestingTasks tasks;
    public final FakeCli cli;
    public final Slots slots;
    public final Dispatcher dispatcher;
    public final RunningAttempts attempts;
    final TestingSlots testingSlots;
    private final Signals signals = new Signals();

    public FakePool(TestDatabase database) {
        this(database, 0, null);
    }

    /**
     * @param retries how often a task is tried again that fails
     * @param cap the most that may be spent, in USD; null for no cap
     */
    FakePool(TestDatabase database, int retries, @Nullable String cap) {
        tasks = new TestingTasks(database, TestingSpecs.properties(retries), TestingQueue.capacity(10_000), cap);
        testingSlots = tasks.slots;
        cli = testingSlots.cli;
        slots = testingSlots.slots;
        dispatcher = tasks.dispatch.dispatcher;
        attempts = tasks.dispatch.attempts;
        tasks.log.listen((_, _) -> signals.tell());
        database.endBefore(this::end);
    }

    private void end() {
        try {
            dispatcher.stop();
            attempts.stopAll(Attempt.StopReason.INTERRUPTED);
            boolean _ = attempts.awaitNone(LONGEST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has so many slots idle. */
    public FakePool idle(int count) throws InterruptedException {
        var _ = cli.letStart();
        slots.scaleTo(count);
        testingSlots.awaitIdle(count);
        return this;
    }

    /** Waits until so many slots are idle. */
    public void awaitIdle(int count) throws InterruptedException {
        testingSlots.awaitIdle(count);
    }

    /** A task in the queue with this prompt. */
    public Task queued(String prompt) {
        return tasks.queued("prompt", prompt);
    }

    /** A task in the queue with this prompt and another member. */
    public Task queued(String prompt, String member, Object value) {
        Map<String, Object> members = new HashMap<>(Map.of("prompt", prompt));
        members.put(member, value);
        return tasks.queued(members);
    }

    /** A task whose turn is held, until the test answers it. */
    public Task held(String prompt) throws InterruptedException {
        cli.hold(prompt);
        Task task = queued(prompt);
        dispatcher.dispatch();
        var _ = cli.awaitPrompt(prompt);
        return task;
    }

    /** Gives tasks to idle slots, and waits until all attempts are over. */
    public void dispatchAndWait() throws InterruptedException {
        dispatcher.dispatch();
        awaitNoAttempts();
    }

    public void awaitNoAttempts() throws InterruptedException {
        if (!attempts.awaitNone(LONGEST)) {
            throw new AssertionError("attempts go on: " + attempts.count());
        }
    }

    /** Waits until the task is in this state, and returns it. */
    public Task await(Task task, TaskState.Name state) throws InterruptedException {
        signals.await(task.id() + " is " + state, () -> now(task).state().name() == state);
        return now(task);
    }

    /** The task as it is now. */
    public Task now(Task task) {
        return tasks.now(task);
    }

    /** An attempt of the next task, which nobody carries out yet. */
    Attempt claim() {
        return claim(null);
    }

    /** The same in this session, whatever the task asks for. */
    Attempt claim(@Nullable RequestedSession wanted) {
        return tasks.database.transactions().write(() -> switch (tasks.queue.claims.next(slots.idle())) {
            case NextTask.Ready ready -> {
                RequestedSession requested = wanted == null ? ready.session() : wanted;
                SlotLease lease = slots.lease(ready.task(), requested).orElseThrow();
                yield new Attempt(tasks.queue.claims.claim(ready, lease.slotId(), lease.sessionId()), requested, lease);
            }
            case NextTask.None _ -> throw new AssertionError("there is no task");
        });
    }
}
