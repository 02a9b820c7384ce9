package dev.claudepool.task;

import dev.claudepool.store.Dialect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Reads outlines of tasks from the table {@code task}. */
@Component
public class TaskOutlineStore {

    private final JdbcClient jdbc;
    private final TaskRows rows;
    private final String columns;

    public TaskOutlineStore(JdbcClient jdbc, Dialect dialect, JsonMapper json) {
        this.jdbc = jdbc;
        this.rows = new TaskRows(json);
        this.columns = TaskOutline.columns(dialect);
    }

    /** Returns those of these tasks that exist, in this order. */
    public List<TaskOutline> findAll(List<UUID> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<UUID, TaskOutline> found = new HashMap<>();
        jdbc.sql("select " + columns + " from task t where t.id in (:ids)")
                .param("ids", ids.stream().map(UUID::toString).toList())
                .query(row -> {
                    TaskOutline task = rows.outline(row);
                    found.put(task.id(), task);
                });
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }
}
