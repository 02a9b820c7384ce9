package dev.claudepool.task;

import dev.claudepool.budget.ModelSpends;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads tasks from rows of the table {@code task}. */
class TaskRows {

    private final JsonMapper json;
    private final ObjectReader specs;
    private final ObjectReader answers;

    TaskRows(JsonMapper json) {
        this.json = json;
        this.specs = json.readerFor(TaskSpec.class);
        // Numbers of a structured output must come out as they went in, not as 0.1 for 0.10.
        this.answers = json.readerFor(Answer.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }

    Task read(ResultSet row) throws SQLException {
        return new Task(
                UUID.fromString(row.getString("id")),
                specs.readValue(row.getString("spec")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row, "started_at"),
                row.getInt("attempts"),
                row.getInt("epoch"),
                row.getString("slot_id"),
                uuid(row.getString("session_id")),
                uuid(row.getString("follows")),
                new Spend(
                        Money.ofNanos(row.getLong("spend_nanos")),
                        Tokens.read(row),
                        row.getBoolean("spend_estimated"),
                        ModelSpends.parse(json, row.getString("spend_models"))),
                origin(row),
                state(row));
    }

    /** Reads {@link TaskOutline#COLUMNS}. */
    TaskOutline outline(ResultSet row) throws SQLException {
        TaskState.Name state = TaskState.Name.valueOf(row.getString("state"));
        return new TaskOutline(
                UUID.fromString(row.getString("id")),
                state,
                state == TaskState.Name.QUEUED ? queued(row) : null,
                specs.readValue(row.getString("spec")),
                row.getInt("priority"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getInt("attempts"),
                row.getString("slot_id"),
                uuid(row.getString("session_id")),
                Money.ofNanos(row.getLong("spend_nanos")),
                switch (state) {
                    case FAILED -> error(row);
                    case CANCELLED -> TaskError.cancelled();
                    case QUEUED, RUNNING, SUCCEEDED -> null;
                },
                origin(row));
    }

    private static Origin origin(ResultSet row) throws SQLException {
        return new Origin(uuid(row.getString("chain_id")), step(row), uuid(row.getString("fan_out_id")));
    }

    private TaskError error(ResultSet row) throws SQLException {
        return json.readValue(row.getString("error"), TaskError.class);
    }

    private static TaskState.Queued queued(ResultSet row) throws SQLException {
        return new TaskState.Queued(
                Instant.ofEpochMilli(row.getLong("not_before")),
                row.getBoolean("resumable"),
                hold(row.getString("held")));
    }

    private TaskState state(ResultSet row) throws SQLException {
        Instant finishedAt = Instant.ofEpochMilli(row.getLong("finished_at"));
        return switch (TaskState.Name.valueOf(row.getString("state"))) {
            case QUEUED -> queued(row);
            case RUNNING -> new TaskState.Running(row.getBoolean("cancel_requested"));
            case SUCCEEDED -> new TaskState.Succeeded(answers.readValue(row.getString("result")), finishedAt);
            case FAILED -> new TaskState.Failed(error(row), finishedAt);
            case CANCELLED -> new TaskState.Cancelled(finishedAt);
        };
    }

    private static @Nullable Integer step(ResultSet row) throws SQLException {
        int position = row.getInt("chain_step");
        return row.wasNull() ? null : position;
    }

    private static @Nullable Hold hold(@Nullable String name) {
        return name == null ? null : Hold.valueOf(name);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text == null ? null : UUID.fromString(text);
    }
}
