package dev.claudepool.task;

import dev.claudepool.budget.ModelSpends;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import dev.claudepool.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads tasks from rows of the table {@code task}. A task that cannot be read has the spec {@link TaskSpec#UNREADABLE},
 * or where its end cannot be read, has failed for that.
 */
public class TaskRows {

    private final RowReader reader = new RowReader("task");
    private final JsonMapper json;
    private final ObjectReader specs;
    private final ObjectReader answers;

    public TaskRows(JsonMapper api) {
        this.json = StoredJson.mapper(api);
        this.specs = json.readerFor(TaskSpec.class);
        // Numbers of a structured output must come out as they went in, not as 0.1 for 0.10.
        this.answers = json.readerFor(Answer.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }

    public Task read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        return new Task(
                UUID.fromString(id),
                spec(row, id),
                Columns.instant(row, "created_at"),
                Columns.nullableInstant(row, "started_at"),
                row.getInt("attempts"),
                row.getInt("epoch"),
                row.getString("slot_id"),
                reader.nullableId(row, id, "session_id"),
                reader.nullableId(row, id, "follows"),
                new Spend(
                        Money.ofNanos(row.getLong("spend_nanos")),
                        Tokens.read(row),
                        row.getBoolean("spend_estimated"),
                        reader.read(id, () -> ModelSpends.parse(json, row.getString("spend_models")))
                                .orElse(Map.of())),
                origin(row, id),
                state(row, id));
    }

    /** Reads {@link TaskOutline#columns}. */
    public TaskOutline outline(ResultSet row) throws SQLException {
        String id = row.getString("id");
        TaskState.Name state = reader.read(id, () -> TaskState.Name.valueOf(row.getString("state")))
                .orElse(TaskState.Name.FAILED);
        return new TaskOutline(
                UUID.fromString(id),
                state,
                state == TaskState.Name.QUEUED ? queued(row, id) : null,
                state == TaskState.Name.RUNNING && row.getBoolean("cancel_requested"),
                spec(row, id),
                row.getInt("priority"),
                Columns.instant(row, "created_at"),
                Columns.nullableInstant(row, "started_at"),
                Columns.nullableInstant(row, "finished_at"),
                row.getInt("attempts"),
                row.getString("slot_id"),
                reader.nullableId(row, id, "session_id"),
                reader.nullableId(row, id, "follows"),
                Money.ofNanos(row.getLong("spend_nanos")),
                switch (state) {
                    case FAILED -> reader.read(id, () -> error(row)).orElseGet(TaskError::unreadable);
                    case CANCELLED -> TaskError.cancelled();
                    case QUEUED, RUNNING, SUCCEEDED -> null;
                },
                origin(row, id));
    }

    private TaskSpec spec(ResultSet row, String id) throws SQLException {
        return reader.<TaskSpec>read(id, () -> specs.readValue(row.getString("spec")))
                .orElse(TaskSpec.UNREADABLE);
    }

    private Origin origin(ResultSet row, String id) throws SQLException {
        return new Origin(
                reader.nullableId(row, id, "chain_id"),
                Columns.nullableInt(row, "chain_step"),
                reader.nullableId(row, id, "fan_out_id"),
                reader.nullableId(row, id, "retry_of"));
    }

    private TaskError error(ResultSet row) throws SQLException {
        return json.readValue(row.getString("error"), TaskError.class);
    }

    private TaskState.Queued queued(ResultSet row, String id) throws SQLException {
        Instant since = Columns.nullableInstant(row, "queued_at");
        return new TaskState.Queued(
                Columns.instant(row, "not_before"),
                row.getBoolean("resumable"),
                hold(row, id),
                since == null ? Columns.instant(row, "created_at") : since);
    }

    private TaskState state(ResultSet row, String id) throws SQLException {
        Instant ended = Instant.ofEpochMilli(Math.max(row.getLong("finished_at"), row.getLong("created_at")));
        return reader.read(id, () -> readableState(row, id))
                .orElseGet(() -> new TaskState.Failed(TaskError.unreadable(), ended));
    }

    private TaskState readableState(ResultSet row, String id) throws SQLException {
        Instant finishedAt = Columns.instant(row, "finished_at");
        return switch (TaskState.Name.valueOf(row.getString("state"))) {
            case QUEUED -> queued(row, id);
            case RUNNING -> new TaskState.Running(row.getBoolean("cancel_requested"));
            case SUCCEEDED -> new TaskState.Succeeded(answers.readValue(row.getString("result")), finishedAt);
            case FAILED -> new TaskState.Failed(error(row), finishedAt);
            case CANCELLED -> new TaskState.Cancelled(finishedAt);
        };
    }

    private @Nullable HoldReason hold(ResultSet row, String id) throws SQLException {
        String name = row.getString("held");
        return name == null
                ? null
                : reader.read(id, () -> HoldReason.valueOf(name)).orElse(null);
    }
}
