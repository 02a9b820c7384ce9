package dev.claudepool.queue;

import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskOutlineStore;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What waits in the queue. It looks at a limited number of tasks, however many there are. Thread-safe. */
@Component
public class QueueSurvey {

    private static final int MOST_POSITIONS = 1_000;
    private static final int MOST_GROUPED = 10_000;

    private final QueueStore store;
    private final TaskOutlineStore outlines;

    QueueSurvey(QueueStore store, TaskOutlineStore outlines) {
        this.store = store;
        this.outlines = outlines;
    }

    /** Returns the place of a task in the queue, from 1; empty behind the first 1,000, and when it is not queued. */
    public OptionalInt position(UUID task) {
        int position = store.position(task, MOST_POSITIONS + 1);
        return position == 0 || position > MOST_POSITIONS ? OptionalInt.empty() : OptionalInt.of(position);
    }

    /** Returns the places of the first 1,000 tasks in the queue, from 1. */
    public Map<UUID, Integer> positions() {
        Map<UUID, Integer> positions = new HashMap<>();
        store.first(MOST_POSITIONS).forEach(id -> positions.put(id, positions.size() + 1));
        return positions;
    }

    /** Returns the first tasks in the queue, whatever they wait for. */
    public List<TaskOutline> firstTasks(int limit) {
        return outlines.findAll(store.first(limit));
    }

    /** Returns the first task that one of these slots could take, whatever it costs. */
    public Optional<Task> first(Instant now, Collection<IdleSlot> idle) {
        return idle.isEmpty() ? Optional.empty() : store.next(now, idle);
    }

    /** Returns when the oldest task in the queue was created. */
    public Optional<Instant> oldest() {
        return store.oldest();
    }

    /** Returns what keeps the first 10,000 tasks in the queue from being claimed. */
    public List<Group> groups(Instant now) {
        return store.groups(now, MOST_GROUPED);
    }

    /**
     * Tasks in the queue that are kept from being claimed by the same things.
     *
     * @param early whether they must not be claimed before some time
     * @param following whether they follow a task that has not ended
     * @param sessionInUse whether another task is in their session
     * @param wantedSlot whether they ask for a slot
     * @param wantedRole whether they ask for a role
     */
    public record Group(
            boolean early,
            @Nullable HoldReason hold,
            boolean following,
            boolean sessionInUse,
            boolean wantedSlot,
            boolean wantedRole,
            int tasks) {}
}
