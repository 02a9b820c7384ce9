package dev.claudepool.task;

import dev.claudepool.budget.ModelSpends;
import dev.claudepool.flow.FlowTaskStore;
import dev.claudepool.store.Columns;
import dev.claudepool.store.Dialect;
import dev.claudepool.store.Ids;
import dev.claudepool.store.StoredJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The tables {@code task} and {@code task_tag}; what concerns whole flows is in {@link FlowTaskStore}. */
@Component
public class TaskStore {

    /** Found in the partial index {@code task_expiry}, and the followers in {@code task_follows}. */
    public static final String EXPIRED = """
            select t.id from task t
            where t.finished_at < :before and t.chain_id is null and t.fan_out_id is null
              and not exists (select 1 from task f where f.follows = t.id and f.finished_at is null)
              and not exists (select 1 from kept_task k where k.task_id = t.id)
            order by t.finished_at limit :limit""";

    /** Found in {@code task_finished} alone; grouped by the state, all tasks would be read. */
    static final String ENDS = """
            select count(*) filter (where state = 'SUCCEEDED') as succeeded,
              count(*) filter (where state = 'FAILED') as failed,
              count(*) filter (where state = 'CANCELLED') as cancelled
            from task where finished_at >= :since""";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final TaskRows rows;
    private final TaskTextStore text;

    TaskStore(JdbcClient jdbc, Dialect dialect, JsonMapper json) {
        this.jdbc = jdbc;
        this.text = new TaskTextStore(jdbc, dialect);
        this.json = StoredJson.mapper(json);
        this.rows = new TaskRows(json);
    }

    /**
     * @param since it is ranked as if it were from then
     * @param step the time in the queue that weighs as much as one step of priority
     */
    public void insert(Task task, Instant since, Duration step) {
        TaskState.Queued state = task.requireQueued();
        jdbc.sql("""
                        insert into task (id, number, name, model, state, spec, priority, rank, created_at, not_before, held,
                          wanted_slot, wanted_role, follows, session_id, chain_id, chain_step, fan_out_id, retry_of,
                          queued_at)
                        values (:id, :number, :name, :model, 'QUEUED', :spec, :priority, :since - :priority * :step, :created, :notBefore,
                          :held, :slot, :role, :follows, :session, :chain, :chainStep, :fanOut, :retryOf,
                          :queuedAt)""")
                .param("id", task.id().toString())
                .param("number", Ids.number(task.id()))
                .param("name", Columns.searchable(task.spec().labels().name()))
                .param("model", Columns.searchable(task.spec().config().model()))
                .param("spec", json.writeValueAsString(task.spec()))
                .param("priority", task.spec().priority())
                .param("since", since.toEpochMilli())
                .param("created", task.createdAt().toEpochMilli())
                .param("notBefore", state.notBefore().toEpochMilli())
                .param("held", Columns.name(state.hold()))
                .param("step", step.toMillis())
                .param("slot", task.spec().slot())
                .param("role", task.spec().role())
                .param("follows", Columns.text(task.follows()))
                .param("session", Columns.text(task.sessionId()))
                .param("chain", Columns.text(task.origin().chainId()))
                .param("chainStep", task.origin().step())
                .param("fanOut", Columns.text(task.origin().fanOutId()))
                .param("retryOf", Columns.text(task.origin().retryOf()))
                .param("queuedAt", state.since().toEpochMilli())
                .update();
        insertTags(task);
        text.index(task);
    }

    private void insertTags(Task task) {
        String id = task.id().toString();
        List<String[]> rows = task.spec().labels().tags().stream()
                .distinct()
                .map(tag -> new String[] {tag, id})
                .toList();
        if (!rows.isEmpty()) {
            jdbc.sql("insert into task_tag (tag, task_id) values :rows")
                    .param("rows", rows)
                    .update();
        }
    }

    /**
     * Replaces {@code before}, which is queued, by {@code after}, which is asked for otherwise.
     *
     * @param step the time in the queue that weighs as much as one step of priority
     * @return false when {@code before} is not what the store holds any more
     */
    boolean replaceSpec(Task before, Task after, Duration step) {
        boolean replaced = jdbc.sql("""
                        update task set spec = :spec, priority = :priority,
                          rank = rank + (priority - :priority) * :step, not_before = :notBefore,
                          wanted_slot = :slot, wanted_role = :role, model = :model
                        where id = :id and state = 'QUEUED' and epoch = :epoch""")
                        .param("spec", json.writeValueAsString(after.spec()))
                        .param("priority", after.spec().priority())
                        .param("step", step.toMillis())
                        .param("notBefore", after.requireQueued().notBefore().toEpochMilli())
                        .param("slot", after.spec().slot())
                        .param("role", after.spec().role())
                        .param("model", Columns.searchable(after.spec().config().model()))
                        .param("id", before.id().toString())
                        .param("epoch", before.epoch())
                        .update()
                == 1;
        if (replaced) {
            jdbc.sql("delete from task_tag where task_id = :id")
                    .param("id", before.id().toString())
                    .update();
            insertTags(after);
        }
        return replaced;
    }

    public Optional<Task> find(UUID id) {
        return jdbc.sql("select * from task where id = :id")
                .param("id", id.toString())
                .query((row, _) -> rows.read(row))
                .optional();
    }

    public Optional<TaskState.Name> state(UUID id) {
        return jdbc.sql("select state from task where id = :id")
                .param("id", id.toString())
                .query((row, _) -> TaskState.Name.valueOf(row.getString("state")))
                .optional();
    }

    /** Returns the states of those of these tasks that exist. */
    public Map<UUID, TaskState.Name> states(Collection<UUID> ids) {
        Map<UUID, TaskState.Name> states = new HashMap<>();
        jdbc.sql("select id, state from task where id in (:ids)")
                .param("ids", ids.stream().map(UUID::toString).toList())
                .query(row -> {
                    states.put(Columns.id(row, "id"), TaskState.Name.valueOf(row.getString("state")));
                });
        return states;
    }

    /** Returns those of these tasks that exist. */
    public Map<UUID, Task> findAll(Collection<UUID> ids) {
        Map<UUID, Task> found = new HashMap<>();
        jdbc.sql("select * from task where id in (:ids)")
                .param("ids", ids.stream().map(UUID::toString).toList())
                .query(row -> {
                    Task task = rows.read(row);
                    found.put(task.id(), task);
                });
        return found;
    }

    /** Returns how long the texts of these tasks are, which is looked up without reading them. */
    public Sizes sizes(List<UUID> ids) {
        Map<UUID, Long> bytes = new HashMap<>();
        if (ids.isEmpty()) {
            return new Sizes(ids, bytes);
        }
        jdbc.sql("""
                        select id, octet_length(spec) + coalesce(octet_length(result), 0) as bytes
                        from task where id in (:ids)""").param("ids", ids.stream().map(UUID::toString).toList()).query(row -> {
            bytes.put(Columns.id(row, "id"), row.getLong("bytes"));
        });
        return new Sizes(ids, bytes);
    }

    /** Returns what keeps a task from being deleted; empty if there is no such task. */
    public Optional<Ties> ties(UUID id) {
        return jdbc.sql("""
                        select state, chain_id is not null or fan_out_id is not null as of_flow,
                          exists (select 1 from task f where f.follows = t.id and f.finished_at is null)
                            or exists (select 1 from kept_task k where k.task_id = t.id) as followed
                        from task t where id = :id""")
                .param("id", id.toString())
                .query((row, _) -> new Ties(
                        TaskState.Name.valueOf(row.getString("state")),
                        row.getBoolean("of_flow"),
                        row.getBoolean("followed")))
                .optional();
    }

    public List<Task> running() {
        return jdbc.sql("select * from task where state = 'RUNNING' order by id")
                .query((row, _) -> rows.read(row))
                .list();
    }

    /**
     * Replaces {@code before} by {@code after}.
     *
     * @return false when {@code before} is not what the store holds any more
     */
    public boolean replace(Task before, Task after) {
        TaskState state = after.state();
        TaskState.@Nullable Queued queued = state instanceof TaskState.Queued waiting ? waiting : null;
        boolean replaced = jdbc.sql("""
                        update task set state = :state, not_before = :notBefore, held = :held, resumable = :resumable,
                          queued_at = :queuedAt,
                          cancel_requested = :cancelling, started_at = :started, finished_at = :finished,
                          attempts = :attempts, epoch = :epoch, slot_id = :slot, session_id = :session,
                          result = :result, error = :error, code = :code, spend_nanos = :spend, spend_estimated = :estimated,
                          tokens_input = :input, tokens_output = :output,
                          tokens_cache_read = :cacheRead, tokens_cache_write = :cacheWrite,
                          spend_models = :models
                        where id = :id and state = :oldState and epoch = :oldEpoch""")
                        .param("state", state.name().name())
                        .param(
                                "notBefore",
                                queued == null ? 0 : queued.notBefore().toEpochMilli())
                        .param(
                                "queuedAt",
                                queued == null ? null : queued.since().toEpochMilli())
                        .param("held", queued == null ? null : Columns.name(queued.hold()))
                        .param("resumable", queued != null && queued.interrupted())
                        .param("cancelling", state instanceof TaskState.Running running && running.cancelling())
                        .param("started", Columns.millis(after.startedAt()))
                        .param(
                                "finished",
                                state instanceof TaskState.Ended ended ? Columns.millis(ended.finishedAt()) : null)
                        .param("attempts", after.attempts())
                        .param("epoch", after.epoch())
                        .param("slot", after.slotId())
                        .param("session", Columns.text(after.sessionId()))
                        .param(
                                "result",
                                state instanceof TaskState.Succeeded succeeded ? document(succeeded.answer()) : null)
                        .param("error", state instanceof TaskState.Failed failed ? document(failed.error()) : null)
                        .param(
                                "code",
                                state instanceof TaskState.Failed failed
                                        ? failed.error().code()
                                        : null)
                        .param("spend", after.spend().usd().nanos())
                        .param("estimated", after.spend().estimated())
                        .param("input", after.spend().tokens().input())
                        .param("output", after.spend().tokens().output())
                        .param("cacheRead", after.spend().tokens().cacheRead())
                        .param("cacheWrite", after.spend().tokens().cacheWrite())
                        .param("models", ModelSpends.print(json, after.spend().models()))
                        .param("id", before.id().toString())
                        .param("oldState", before.state().name().name())
                        .param("oldEpoch", before.epoch())
                        .update()
                == 1;
        if (replaced && state instanceof TaskState.Failed) {
            text.index(after);
        }
        return replaced;
    }

    public int count(TaskState.Name state) {
        return jdbc.sql("select items from total where name = :state")
                .param("state", state.name())
                .query(Integer.class)
                .single();
    }

    /** Returns how many bytes the specs have of the tasks that wait, and of the chains that have not ended. */
    public long waitingBytes() {
        return jdbc.sql("select sum(bytes) from total where name in ('QUEUED', 'CHAIN')")
                .query(Long.class)
                .single();
    }

    /** Returns whether a task is or was in this session. */
    public boolean hasSession(UUID session) {
        return jdbc.sql("select exists (select 1 from task where session_id = :session)")
                .param("session", session.toString())
                .query(Boolean.class)
                .single();
    }

    /** Returns how many tasks have ended at or after {@code since}, by each of the final states. */
    public Ends endsSince(Instant since) {
        return jdbc.sql(ENDS)
                .param("since", since.toEpochMilli())
                .query((row, _) -> new Ends(row.getInt("succeeded"), row.getInt("failed"), row.getInt("cancelled")))
                .single();
    }

    /**
     * The first tasks that ended before {@code before}, but those of flows, and those that an unfinished one follows.
     */
    public List<UUID> expired(Instant before, int limit) {
        return jdbc.sql(EXPIRED)
                .param("before", before.toEpochMilli())
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** Keeps these tasks from expiring until {@link #release}; ids that are of no task do no harm. */
    public void keep(Collection<UUID> tasks, UUID flow) {
        tasks.forEach(task -> jdbc.sql("insert into kept_task (task_id, flow_id) values (:task, :flow)")
                .param("task", task.toString())
                .param("flow", flow.toString())
                .update());
    }

    /** Keeps no tasks for this chain any more. */
    public void release(UUID flow) {
        jdbc.sql("delete from kept_task where flow_id = :flow")
                .param("flow", flow.toString())
                .update();
    }

    /** Deletes tasks with all that is theirs; those that followed them forget it. */
    public void delete(Collection<UUID> tasks) {
        List<String> ids = tasks.stream().map(UUID::toString).toList();
        jdbc.sql("update task set follows = null where follows in (:ids)")
                .param("ids", ids)
                .update();
        jdbc.sql("delete from task where id in (:ids)").param("ids", ids).update();
    }

    private String document(Object value) {
        return json.writeValueAsString(value);
    }

    /**
     * What keeps a task from being deleted.
     *
     * @param ofFlow whether it belongs to a chain or fan-out
     * @param followed whether a task or chain that has not ended goes on in its session
     */
    public record Ties(TaskState.Name state, boolean ofFlow, boolean followed) {}

    /** How many tasks ended in each way. */
    public record Ends(int succeeded, int failed, int cancelled) {}
}
