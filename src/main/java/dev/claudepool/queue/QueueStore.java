package dev.claudepool.queue;

import dev.claudepool.queue.QueueSurvey.Group;
import dev.claudepool.store.Columns;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskRows;
import dev.claudepool.task.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The queued tasks in the table {@code task}: which is next, and when. */
@Component
class QueueStore {

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

    static final String FIRST = "select id from task where state = 'QUEUED' order by rank + 0, id limit :limit";

    static final String POSITION = "select count(*) from (select 1 from task where state = 'QUEUED'"
            + " and (rank + 0, id) <= (:rank, :id) limit :limit) as first";

    static final String GROUPS = """
            select early, held, following, in_use, by_slot, by_role, count(*) as tasks from (
              select t.not_before > :now as early, t.held, t.wanted_slot is not null as by_slot,
                t.wanted_role is not null as by_role,
                t.follows is not null and exists (
                  select 1 from task f where f.id = t.follows and f.finished_at is null) as following,
                t.session_id is not null and exists (
                  select 1 from task r where r.state = 'RUNNING' and r.session_id = t.session_id) as in_use
              from (select not_before, held, wanted_slot, wanted_role, follows, session_id from task
                    where state = 'QUEUED' order by rank + 0, id limit :limit) as t) as first
            group by early, held, following, in_use, by_slot, by_role""";

    /** The most bytes of specs that are read at once. */
    private static final long LONG = 4 << 20;

    private final JdbcClient jdbc;
    private final TaskStore tasks;
    private final TaskRows rows;

    QueueStore(JdbcClient jdbc, TaskStore tasks, JsonMapper json) {
        this.jdbc = jdbc;
        this.tasks = tasks;
        this.rows = new TaskRows(json);
    }

    /** The oldest tasks in the queue, whatever they wait for; fewer where they are long. */
    List<Task> queued(int limit) {
        List<UUID> oldest = jdbc.sql("select id from task where state = 'QUEUED' order by id limit :limit")
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
        return tasks.sizes(oldest).firstWithin(LONG).stream()
                .flatMap(id -> tasks.find(id).stream())
                .toList();
    }

    /** The first tasks in the order of the queue, whatever they wait for. */
    List<UUID> first(int limit) {
        return jdbc.sql(FIRST)
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** How many tasks the queue has up to this one, itself included, at most {@code limit}; 0 when it is not queued. */
    int position(UUID id, int limit) {
        return jdbc.sql("select rank from task where id = :id and state = 'QUEUED'")
                .param("id", id.toString())
                .query(Long.class)
                .optional()
                .map(rank -> jdbc.sql(POSITION)
                        .param("rank", rank)
                        .param("id", id.toString())
                        .param("limit", limit)
                        .query(Integer.class)
                        .single())
                .orElse(0);
    }

    /** When the oldest task in the queue was created. */
    Optional<Instant> oldest() {
        return jdbc.sql("select created_at from task where state = 'QUEUED' order by id limit 1")
                .query((row, _) -> Columns.instant(row, "created_at"))
                .optional();
    }

    /** What keeps the first tasks in the order of the queue from being claimed. */
    List<Group> groups(Instant now, int limit) {
        return jdbc.sql(GROUPS)
                .param("now", now.toEpochMilli())
                .param("limit", limit)
                .query((row, _) -> new Group(
                        row.getBoolean("early"),
                        hold(row.getString("held")),
                        row.getBoolean("following"),
                        row.getBoolean("in_use"),
                        row.getBoolean("by_slot"),
                        row.getBoolean("by_role"),
                        row.getInt("tasks")))
                .list();
    }

    private static @Nullable HoldReason hold(@Nullable String name) {
        return name == null ? null : HoldReason.valueOf(name);
    }

    /** Ranks anew what was accepted under another {@code step}; without a priority, the rank is the same in all. */
    void rank(Duration step) {
        jdbc.sql("update task set rank = created_at - priority * :step"
                        + " where state = 'QUEUED' and priority <> 0 and rank <> created_at - priority * :step")
                .param("step", step.toMillis())
                .update();
    }

    /** Makes every task of the queue due at {@code latest} at the latest. */
    void shortenWaits(Instant latest) {
        jdbc.sql("update task set not_before = :latest where state = 'QUEUED' and not_before > :latest")
                .param("latest", latest.toEpochMilli())
                .update();
    }

    Optional<Task> next(Instant now, Collection<IdleSlot> idle) {
        return jdbc.sql(NEXT)
                .param("now", now.toEpochMilli())
                .param("idle", rows(idle))
                .query((row, _) -> rows.read(row))
                .optional();
    }

    static List<@Nullable Object[]> rows(Collection<IdleSlot> idle) {
        return idle.stream()
                .map(slot -> new @Nullable Object[] {slot.slotId(), slot.role()})
                .toList();
    }

    /** The earliest time at which a task that now must not be claimed yet may be. */
    Optional<Instant> nextNotBefore(Instant now) {
        return jdbc.sql("select min(not_before) as at from task where state = 'QUEUED' and not_before > :now")
                .param("now", now.toEpochMilli())
                .query((row, _) -> Columns.nullableInstant(row, "at"))
                .optional();
    }
}
