package dev.claudepool.submit;

import dev.claudepool.task.LargeReads;
import dev.claudepool.task.Sizes;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskOutline;
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
    private final LargeReads reads;

    TaskLists(TaskStore store, TaskListStore lists, LargeReads reads) {
        this.store = store;
        this.lists = lists;
        this.reads = reads;
    }

    /** Tasks with ids below {@code before}, youngest first. */
    List<TaskOutline> list(TaskFilter filter, @Nullable UUID before, int limit) {
        return lists.list(filter, before, limit);
    }

    /** The ids of these, with the sizes of the tasks. */
    Sizes sizes(TaskFilter filter, @Nullable UUID before, int limit) {
        return store.sizes(lists.ids(filter, before, limit));
    }

    /** These tasks, in this order. */
    List<Task> getAll(List<UUID> ids) {
        TaskReader reader = new TaskReader(store, reads, ids, new HashMap<>());
        return ids.stream().flatMap(id -> reader.read(id).stream()).toList();
    }
}
