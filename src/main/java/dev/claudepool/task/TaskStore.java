package dev.claudepool.task;

import dev.claudepool.budget.ModelSpends;
import dev.claudepool.store.Documents;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The tables {@code task} and {@code task_tag}; what concerns whole flows is in {@link FlowTaskStore}. */
@Component
class TaskStore {

    /**
     * The next task that one of the slots may take. The partial index {@code task_queue} holds what is looked at here
     * of the queued tasks, and only of those, in this order:
     *
     * <pre>
     *   rank | id      | not_before | wanted_slot | wanted_role | session_id | follows
     *   700  | 019a..1 | 1000       |             |             |            |           its priority made it the first
     *   1000 | 019a..0 | 1000       | slot-1      |             |            |           only slot-1 may
     *   1000 | 019a..2 | 1000       |             | tester      |            |           only a tester may
     *   1000 | 019a..3 | 1000       |             |             | 5d3c..     |           while nobody else is in 5d3c..
     *   1000 | 019a..4 | 1000       |             |             |            | 019a..2   once 019a..2 has ended
     * </pre>
     *
     * The plus keeps the planner from looking the tasks up by {@code not_before}, and then sorting them all.
     */
    static final String NEXT = """
            with idle (slot, role) as (values :idle)
            select * from task where id = (
              select t.id from task t
              where t.state = 'QUEUED' and t.held is null and +t.not_before <= :now
                and (t.wanted_slot is null or t.wanted_slot in (select slot from idle))
                and (t.wanted_role is null or t.wanted_role in (select role from idle))
                and (t.wanted_slot is null or t.wanted_role is null
                      or (t.wanted_slot, t.wanted_role) in (select slot, role from idle))
                and (t.session_id is null or not exists (
                      select 1 from task r where r.state = 'RUNNING' and r.session_id = t.session_id))
                and (t.follows is null or exists (
                      select 1 from task f where f.id = t.follows and f.finished_at is not null
                        and not exists (select 1 from task r where r.state = 'RUNNING' and r.session_id = f.session_id)))
              order by t.rank, t.id limit 1)""";

    /** Found in the partial index {@code task_expiry}, and the followers in {@code task_follows}. */
    static final String EXPIRED = """
            select t.id from task t
            where t.finished_at < :before and t.chain_id is null and t.fan_out_id is null
              and not exists (select 1 from task f where f.follows = t.id and f.finished_at is null)
            order by t.finished_at limit :limit""";

    /** Found in {@code task_finished} alone; to group by the state, SQLite would read all tasks. */
    static final String ENDS = """
            select count(*) filter (where state = 'SUCCEEDED') as succeeded,
              count(*) filter (where state = 'FAILED') as failed,
              count(*) filter (where state = 'CANCELLED') as cancelled
            from task where finished_at >= :since""";

    /** What is longer together, in bytes, is not read at once. */
    private static final long LONG = 4 << 20;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final TaskRows rows;

    TaskStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = Documents.mapper(json);
        this.rows = new TaskRows(json);
    }

    /**
     * @param since it is ranked as if it were from then
     * @param step the time in the queue that weighs as much as one step of priority
     */
    void insert(Task task, Instant since, Duration step) {
        TaskState.Queued state = task.queued();
        jdbc.sql("""
                        insert into task (id, state, spec, priority, rank, created_at, not_before, held,
                          wanted_slot, wanted_role, follows, session_id, chain_id, chain_step, fan_out_id)
                        values (:id, 'QUEUED', :spec, :priority, :since - :priority * :step, :created, :notBefore,
                          :held, :slot, :role, :follows, :session, :chain, :chainStep, :fanOut)""")
                .param("id", task.id().toString())
                .param("spec", json.writeValueAsString(task.spec()))
                .param("priority", task.spec().priority())
                .param("since", since.toEpochMilli())
                .param("created", task.createdAt().toEpochMilli())
                .param("notBefore", state.notBefore().toEpochMilli())
                .param("held", name(state.hold()))
                .param("step", step.toMillis())
                .param("slot", task.spec().slot())
                .param("role", task.spec().role())
                .param("follows", text(task.follows()))
                .param("session", text(task.sessionId()))
                .param("chain", text(task.origin().chainId()))
                .param("chainStep", task.origin().step())
                .param("fanOut", text(task.origin().fanOutId()))
                .update();
        for (String tag : Set.copyOf(task.spec().tags())) {
            jdbc.sql("insert into task_tag (tag, task_id) values (:tag, :id)")
                    .param("tag", tag)
                    .param("id", task.id().toString())
                    .update();
        }
    }

    Optional<Task> find(UUID id) {
        return jdbc.sql("select * from task where id = :id")
                .param("id", id.toString())
                .query((row, _) -> rows.read(row))
                .optional();
    }

    Optional<TaskState.Name> state(UUID id) {
        return jdbc.sql("select state from task where id = :id")
                .param("id", id.toString())
                .query((row, _) -> TaskState.Name.valueOf(row.getString("state")))
                .optional();
    }

    /** Those of these tasks that there are. */
    Map<UUID, Task> findAll(Collection<UUID> ids) {
        Map<UUID, Task> found = new HashMap<>();
        jdbc.sql("select * from task where id in (:ids)")
                .param("ids", ids.stream().map(UUID::toString).toList())
                .query(row -> {
                    Task task = rows.read(row);
                    found.put(task.id(), task);
                });
        return found;
    }

    /** How long the texts of these tasks are, which is looked up without reading them. */
    Sizes sizes(List<UUID> ids) {
        Map<UUID, Long> bytes = new HashMap<>();
        if (ids.isEmpty()) {
            return new Sizes(ids, bytes);
        }
        jdbc.sql("""
                        select id, octet_length(spec) + coalesce(octet_length(result), 0) as bytes
                        from task where id in (:ids)""").param("ids", ids.stream().map(UUID::toString).toList()).query(row -> {
            bytes.put(UUID.fromString(row.getString("id")), row.getLong("bytes"));
        });
        return new Sizes(ids, bytes);
    }

    List<Task> running() {
        return jdbc.sql("select * from task where state = 'RUNNING' order by id")
                .query((row, _) -> rows.read(row))
                .list();
    }

    /** The oldest tasks in the queue, whatever they wait for; fewer where they are long. */
    List<Task> queued(int limit) {
        List<UUID> oldest = jdbc.sql("select id from task where state = 'QUEUED' order by id limit :limit")
                .param("limit", limit)
                .query((row, _) -> UUID.fromString(row.getString("id")))
                .list();
        return sizes(oldest).firstWithin(LONG).stream()
                .flatMap(id -> find(id).stream())
                .toList();
    }

    /** Ranks anew what was accepted under another {@code step}; without a priority, the rank is the same in all. */
    void rank(Duration step) {
        jdbc.sql("update task set rank = created_at - priority * :step"
                        + " where state = 'QUEUED' and priority <> 0 and rank <> created_at - priority * :step")
                .param("step", step.toMillis())
                .update();
    }

    /** Lets no task of the queue wait beyond {@code latest}. */
    void shortenWaits(Instant latest) {
        jdbc.sql("update task set not_before = :latest where state = 'QUEUED' and not_before > :latest")
                .param("latest", latest.toEpochMilli())
                .update();
    }

    Optional<Task> next(Instant now, Collection<Candidate> idle) {
        return jdbc.sql(NEXT)
                .param("now", now.toEpochMilli())
                .param("idle", rows(idle))
                .query((row, _) -> rows.read(row))
                .optional();
    }

    static List<@Nullable Object[]> rows(Collection<Candidate> idle) {
        return idle.stream()
                .map(candidate -> new @Nullable Object[] {candidate.slotId(), candidate.role()})
                .toList();
    }

    /** The earliest time at which a task that now must not be claimed yet may be. */
    Optional<Instant> nextNotBefore(Instant now) {
        return jdbc.sql("select min(not_before) as at from task where state = 'QUEUED' and not_before > :now")
                .param("now", now.toEpochMilli())
                .query((row, _) -> TaskRows.instant(row, "at"))
                .optional();
    }

    /**
     * Replaces {@code before} by {@code after}.
     *
     * @return false when {@code before} is not what the store holds any more
     */
    boolean replace(Task before, Task after) {
        TaskState state = after.state();
        return jdbc.sql("""
                        update task set state = :state, not_before = :notBefore, held = :held, resumable = :resumable,
                          cancel_requested = :cancelling, started_at = :started, finished_at = :finished,
                          attempts = :attempts, epoch = :epoch, slot_id = :slot, session_id = :session,
                          result = :result, error = :error, spend_nanos = :spend, spend_estimated = :estimated,
                          tokens_input = :input, tokens_output = :output,
                          tokens_cache_read = :cacheRead, tokens_cache_write = :cacheWrite,
                          spend_models = :models
                        where id = :id and state = :oldState and epoch = :oldEpoch""")
                        .param("state", state.name().name())
                        .param(
                                "notBefore",
                                state instanceof TaskState.Queued queued
                                        ? queued.notBefore().toEpochMilli()
                                        : 0)
                        .param("held", state instanceof TaskState.Queued queued ? name(queued.hold()) : null)
                        .param("resumable", state instanceof TaskState.Queued queued && queued.interrupted())
                        .param("cancelling", state instanceof TaskState.Running running && running.cancelling())
                        .param("started", millis(after.startedAt()))
                        .param("finished", state instanceof TaskState.Ended ended ? millis(ended.finishedAt()) : null)
                        .param("attempts", after.attempts())
                        .param("epoch", after.epoch())
                        .param("slot", after.slotId())
                        .param("session", text(after.sessionId()))
                        .param(
                                "result",
                                state instanceof TaskState.Succeeded succeeded ? document(succeeded.answer()) : null)
                        .param("error", state instanceof TaskState.Failed failed ? document(failed.error()) : null)
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
    }

    int count(TaskState.Name state) {
        return jdbc.sql("select items from total where name = :state")
                .param("state", state.name())
                .query(Integer.class)
                .single();
    }

    /** How many bytes the specs have of the tasks that wait, and of the chains that have not ended. */
    long waitingBytes() {
        return jdbc.sql("select sum(bytes) from total where name in ('QUEUED', 'CHAIN')")
                .query(Long.class)
                .single();
    }

    /** Whether a task is or was in this conversation. */
    boolean hasSession(UUID session) {
        return jdbc.sql("select exists (select 1 from task where session_id = :session)")
                .param("session", session.toString())
                .query(Boolean.class)
                .single();
    }

    /** How many tasks have ended at or after {@code since}, by each of the final states. */
    Ends endsSince(Instant since) {
        return jdbc.sql(ENDS)
                .param("since", since.toEpochMilli())
                .query((row, _) -> new Ends(row.getInt("succeeded"), row.getInt("failed"), row.getInt("cancelled")))
                .single();
    }

    /**
     * The first tasks that ended before {@code before}, but those of flows, and those that an unfinished one follows.
     */
    List<UUID> expired(Instant before, int limit) {
        return jdbc.sql(EXPIRED)
                .param("before", before.toEpochMilli())
                .param("limit", limit)
                .query((row, _) -> UUID.fromString(row.getString("id")))
                .list();
    }

    /** Deletes tasks with all that is theirs; those that followed them forget it. */
    void delete(Collection<UUID> tasks) {
        List<String> ids = tasks.stream().map(UUID::toString).toList();
        jdbc.sql("update task set follows = null where follows in (:ids)")
                .param("ids", ids)
                .update();
        jdbc.sql("delete from task where id in (:ids)").param("ids", ids).update();
    }

    private String document(Object value) {
        return json.writeValueAsString(value);
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    private static @Nullable String name(@Nullable Hold hold) {
        return hold == null ? null : hold.name();
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    /** How many tasks ended in each way. */
    record Ends(int succeeded, int failed, int cancelled) {}
}
