package dev.claudepool.submit;

import dev.claudepool.submit.TaskListStore.Found;
import dev.claudepool.submit.TaskListStore.Position;
import dev.claudepool.task.LargeReads;
import dev.claudepool.task.Sizes;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskOutlineStore;
import dev.claudepool.task.TaskReader;
import dev.claudepool.task.TaskStore;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lists of tasks. Thread-safe. */
@Component
class TaskLists {

    private final TaskStore store;
    private final TaskListStore lists;
    private final TaskOutlineStore outlines;
    private final LargeReads reads;

    TaskLists(TaskStore store, TaskListStore lists, TaskOutlineStore outlines, LargeReads reads) {
        this.store = store;
        this.lists = lists;
        this.outlines = outlines;
        this.reads = reads;
    }

    /**
     * Finds the first tasks behind {@code after}. They may be fewer than {@code limit}, and even none, though the list
     * goes on.
     *
     * @throws dev.claudepool.problem.ProblemException {@code validation-failed} when {@code filter.q()} has no word
     */
    Found find(TaskFilter filter, TaskOrder order, @Nullable Position after, int limit) {
        return lists.find(filter, order, after, limit + 1).first(limit);
    }

    /** The first of these that together are not too long for a page of whole tasks. */
    Found withinPage(Found found) {
        return found.first(store.sizes(found.ids()).firstWithin(Sizes.LONG_PAGE).size());
    }

    /** Those of these tasks that exist, in this order. */
    List<TaskOutline> outlines(List<UUID> ids) {
        return outlines.findAll(ids);
    }

    /** Those of these tasks that exist, in this order, as wholes. */
    List<Task> getAll(List<UUID> ids) {
        TaskReader reader = new TaskReader(store, reads, ids, new HashMap<>());
        return ids.stream().flatMap(id -> reader.read(id).stream()).toList();
    }
}
