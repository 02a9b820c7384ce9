package dev.claudepool.task;

import dev.claudepool.store.Dialect;
import dev.claudepool.store.Ids;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes the table {@code task_text}, by which tasks are found by their words; a trigger deletes from it. */
class TaskTextStore {

    private final JdbcClient jdbc;
    private final String indexText;

    TaskTextStore(JdbcClient jdbc, Dialect dialect) {
        this.jdbc = jdbc;
        this.indexText = dialect.indexText();
    }

    /** Has the task found by the words of its name, of the beginning of its prompt, and of what went wrong. */
    void index(Task task) {
        String error =
                task.state() instanceof TaskState.Failed failed ? failed.error().message() : null;
        jdbc.sql(indexText)
                .param("number", Ids.number(task.id()))
                .param(
                        "words",
                        String.join(
                                " ",
                                Words.of(
                                        task.spec().labels().name(), task.spec().prompt(), error)))
                .update();
    }
}
