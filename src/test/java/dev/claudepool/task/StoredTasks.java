package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.queue.TestingQueue;
import dev.claudepool.store.TestDatabase;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks that are put straight into the store, and changed there. */
public final class StoredTasks {

    private final TestDatabase database;
    private final TaskStore store;
    private final Instant now;

    public StoredTasks(TestDatabase database) {
        this.database = database;
        this.store = new TaskStore(database.jdbc(), database.dialect(), database.json());
        this.now = database.clock().instant();
    }

    public TaskStore store() {
        return store;
    }

    public UUID nextId() {
        return database.ids().next();
    }

    /** A queued task with these members of its spec, under their names in the API. */
    public Task inserted(Map<String, Object> members) {
        Task task = Task.accepted(
                nextId(), TestingSpecs.spec(members), now, null, null, Origin.CLIENT, TestingSpecs.queued(now));
        store.insert(task, now, TestingQueue.STEP);
        return task;
    }

    /** A queued task in this state, which goes on in this session or follows that task. */
    public Task queued(TaskState.Queued state, @Nullable UUID session, @Nullable UUID follows) {
        Task task = Task.accepted(nextId(), TestingSpecs.spec(Map.of()), now, session, follows, Origin.CLIENT, state);
        store.insert(task, now, TestingQueue.STEP);
        return task;
    }

    /** A running task in this session. */
    public Task runningIn(UUID session) {
        Task queued = inserted(Map.of());
        return replaced(queued, queued.claimed("slot-0", session, new TaskState.Running(false), now));
    }

    public Task claimed(Task queued) {
        return replaced(queued, claim(queued));
    }

    /** What the task is once it is claimed. */
    Task claim(Task queued) {
        return queued.claimed("slot-0", UUID.randomUUID(), new TaskState.Running(false), now);
    }

    public Task replaced(Task before, Task after) {
        assertThat(store.replace(before, after)).isTrue();
        return after;
    }
}
