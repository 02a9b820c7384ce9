package dev.claudepool.submit;

import dev.claudepool.store.Columns;
import dev.claudepool.store.Dialect;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskRows;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Lists of tasks, read from the tables {@code task} and {@code task_tag}. */
@Component
class TaskListStore {

    private final JdbcClient jdbc;
    private final TaskRows rows;
    private final String outline;

    TaskListStore(JdbcClient jdbc, Dialect dialect, JsonMapper json) {
        this.jdbc = jdbc;
        this.rows = new TaskRows(json);
        this.outline = TaskOutline.columns(dialect);
    }

    /** Tasks with ids below {@code before}, youngest first. */
    List<TaskOutline> list(TaskFilter filter, @Nullable UUID before, int limit) {
        return listing(filter, before, limit, outline)
                .query((row, _) -> rows.outline(row))
                .list();
    }

    /** The ids of these. */
    List<UUID> ids(TaskFilter filter, @Nullable UUID before, int limit) {
        return listing(filter, before, limit, "t.id")
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    private JdbcClient.StatementSpec listing(TaskFilter filter, @Nullable UUID before, int limit, String columns) {
        return jdbc.sql(listing(filter, before, columns))
                .param("state", Columns.name(filter.state()))
                .param("tag", filter.tag())
                .param("before", Columns.text(before))
                .param("limit", limit);
    }

    static String listing(TaskFilter filter, @Nullable UUID before, String columns) {
        boolean tagged = filter.tag() != null;
        String id = tagged ? "g.task_id" : "t.id";
        return "select " + columns + " from "
                + (tagged ? "task_tag g join task t on t.id = g.task_id where g.tag = :tag" : "task t where true")
                + (filter.state() == null ? "" : " and t.state = :state")
                + (before == null ? "" : " and " + id + " < :before")
                + " order by " + id + " desc limit :limit";
    }
}
