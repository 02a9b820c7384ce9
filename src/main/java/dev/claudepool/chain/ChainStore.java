package dev.claudepool.chain;

import dev.claudepool.flow.FlowPhase;
import dev.claudepool.flow.FlowState;
import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import dev.claudepool.store.StoredJson;
import dev.claudepool.task.TaskError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The tables {@code chain} and {@code chain_step}. */
@Component
class ChainStore {

    private static final TypeReference<Map<String, String>> VARIABLES = new TypeReference<>() {};

    static final String STOPPABLE = """
            select id from chain
            where fan_out_id = :fanOut and finished_at is null and stop is null order by id limit :limit""";

    static final String NEXT_HELD = """
            select id from chain where fan_out_id = :fanOut and not begun and finished_at is null
            order by id limit 1""";

    static final String ENDED_BEFORE = """
            select id from chain where finished_at < :before and fan_out_id is null
            order by finished_at limit :limit offset :skip""";

    private static final String FAILED_ELEMENTS =
            " from chain where fan_out_id = :fanOut and state in ('FAILED', 'CANCELLED')";

    /** The chains that one statement reads; every engine limits the number of parameters. */
    private static final int READ_AT_ONCE = 500;

    private final JdbcClient jdbc;
    private final RowReader reader = new RowReader("chain");
    private final JsonMapper json;

    ChainStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = StoredJson.mapper(json);
    }

    void insert(Chain chain) {
        jdbc.sql("""
                        insert into chain (id, state, fan_out_id, begun, created_at, spec)
                        values (:id, :state, :fanOut, :begun, :created, :spec)""")
                .param("id", chain.id().toString())
                .param("state", chain.state().name())
                .param("fanOut", Columns.text(chain.fanOutId()))
                .param("begun", !chain.phase().isHeld())
                .param("created", chain.createdAt().toEpochMilli())
                .param("spec", json.writeValueAsString(chain.spec()))
                .update();
        chain.steps()
                .forEach(step -> jdbc.sql("""
                        insert into chain_step (chain_id, position, state) values (:chain, :position, :state)""")
                        .param("chain", chain.id().toString())
                        .param("position", step.position())
                        .param("state", step.state().name().name())
                        .update());
    }

    /** Returns the states of those of these that exist. */
    Map<UUID, FlowState> states(Collection<UUID> ids) {
        Map<UUID, FlowState> states = new HashMap<>();
        jdbc.sql("select id, state from chain where id in (:ids)")
                .param("ids", ids.stream().map(UUID::toString).toList())
                .query(row -> {
                    states.put(Columns.id(row, "id"), FlowState.valueOf(row.getString("state")));
                });
        return states;
    }

    Optional<Chain> find(UUID id) {
        return jdbc.sql("select * from chain where id = :id")
                .param("id", id.toString())
                .query((row, _) -> read(row))
                .optional()
                .flatMap(chain -> withSteps(List.of(chain)).findFirst());
    }

    /** Returns those of these chains that exist, oldest first. */
    List<Chain> findAll(List<UUID> ids) {
        return ids.stream()
                .gather(Gatherers.windowFixed(READ_AT_ONCE))
                .flatMap(some -> withSteps(jdbc.sql("select * from chain where id in (:ids) order by id")
                        .param("ids", some.stream().map(UUID::toString).toList())
                        .query((row, _) -> read(row))
                        .list()))
                .toList();
    }

    /** The elements of a fan-out, in the order of its request. */
    List<UUID> ofFanOut(UUID fanOutId) {
        return jdbc.sql("select id from chain where fan_out_id = :fanOut order by id")
                .param("fanOut", fanOutId.toString())
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** The elements of a fan-out that failed or were cancelled, in the order of its request. */
    List<UUID> failedOf(UUID fanOutId) {
        return jdbc.sql("select id" + FAILED_ELEMENTS + " order by id")
                .param("fanOut", fanOutId.toString())
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** Returns how many bytes was asked for with these. */
    long failedBytes(UUID fanOutId) {
        return jdbc.sql("select coalesce(sum(octet_length(spec)), 0)" + FAILED_ELEMENTS)
                .param("fanOut", fanOutId.toString())
                .query(Long.class)
                .single();
    }

    /** Returns some chains of a fan-out that have not ended and are not being stopped. */
    List<UUID> stoppable(UUID fanOutId, int limit) {
        return jdbc.sql(STOPPABLE)
                .param("fanOut", fanOutId.toString())
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** Returns some chains of a fan-out. */
    List<UUID> someOf(UUID fanOutId, int limit) {
        return jdbc.sql("select id from chain where fan_out_id = :fanOut limit :limit")
                .param("fanOut", fanOutId.toString())
                .param("limit", limit)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    /** The first chain that a fan-out holds back. */
    Optional<UUID> nextHeld(UUID fanOutId) {
        return jdbc.sql(NEXT_HELD)
                .param("fanOut", fanOutId.toString())
                .query((row, _) -> Columns.id(row, "id"))
                .optional();
    }

    /** Returns those that have not ended. */
    List<UUID> unfinished() {
        return jdbc.sql("select id from chain where finished_at is null")
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    void replace(Chain before, Chain after) {
        jdbc.sql("""
                        update chain set state = :state, begun = :begun, stop = :stop, deadline = :deadline,
                          finished_at = :finished where id = :id""")
                .param("state", after.state().name())
                .param("begun", !after.phase().isHeld())
                .param("stop", Columns.name(after.phase().stop()))
                .param("deadline", Columns.millis(after.deadline()))
                .param("finished", Columns.millis(after.phase().finishedAt()))
                .param("id", after.id().toString())
                .update();
        for (Step step : after.steps()) {
            if (!step.equals(before.steps().get(step.position()))) {
                update(after.id(), step);
            }
        }
    }

    private void update(UUID chainId, Step step) {
        StepState state = step.state();
        jdbc.sql("""
                        update chain_step set state = :state, task_id = :task, attempts = :attempts,
                          started_at = :started, finished_at = :finished, failures = :failures, recovering = :recovers, vars = :vars, error = :error
                        where chain_id = :chain and position = :position""")
                .param("state", state.name().name())
                .param("task", Columns.text(state.taskId()))
                .param("attempts", step.attempts())
                .param("started", Columns.millis(step.startedAt()))
                .param("finished", Columns.millis(step.finishedAt()))
                .param("failures", state instanceof StepState.Running running ? running.failures() : 0)
                .param("recovers", state instanceof StepState.Running running && running.recovers())
                .param("vars", state instanceof StepState.Done done ? json.writeValueAsString(done.variables()) : null)
                .param(
                        "error",
                        state instanceof StepState.Failed failed ? json.writeValueAsString(failed.error()) : null)
                .param("chain", chainId.toString())
                .param("position", step.position())
                .update();
    }

    /** The chains of no fan-out that ended before {@code before}, but the first {@code skip}. */
    List<UUID> endedBefore(Instant before, int limit, int skip) {
        return jdbc.sql(ENDED_BEFORE)
                .param("before", before.toEpochMilli())
                .param("limit", limit)
                .param("skip", skip)
                .query((row, _) -> Columns.id(row, "id"))
                .list();
    }

    void delete(UUID id) {
        jdbc.sql("delete from chain where id = :id").param("id", id.toString()).update();
    }

    /** Without its steps, which are read when this connection is free again. */
    private Chain read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        ChainSpec spec = reader.read(id, () -> verified(json.readValue(row.getString("spec"), ChainSpec.class)))
                .orElse(ChainSpec.UNREADABLE);
        return new Chain(
                UUID.fromString(id),
                spec,
                Columns.nullableId(row, "fan_out_id"),
                Columns.instant(row, "created_at"),
                Columns.nullableInstant(row, "deadline"),
                FlowPhase.read(row, !row.getBoolean("begun"), reader, id),
                List.of());
    }

    private static ChainSpec verified(ChainSpec spec) {
        var _ = new StepGraph(spec);
        return spec;
    }

    private Stream<Chain> withSteps(List<Chain> chains) {
        Map<String, StepGraph> orders = chains.stream()
                .collect(Collectors.toMap(chain -> chain.id().toString(), chain -> new StepGraph(chain.spec())));
        Map<String, List<Step>> steps = new HashMap<>();
        Set<String> unreadable = new HashSet<>();
        jdbc.sql("select * from chain_step where chain_id in (:chains) order by chain_id, position")
                .param("chains", orders.keySet())
                .query(row -> {
                    String chain = row.getString("chain_id");
                    StepGraph order = Objects.requireNonNull(orders.get(chain));
                    reader.read(chain, () -> step(row, order))
                            .ifPresentOrElse(
                                    step -> steps.computeIfAbsent(chain, _ -> new ArrayList<>())
                                            .add(step),
                                    () -> unreadable.add(chain));
                });
        return chains.stream().map(chain -> {
            List<Step> itsSteps = steps.getOrDefault(chain.id().toString(), List.of());
            boolean whole = !unreadable.contains(chain.id().toString())
                    && itsSteps.size() == chain.spec().steps().size();
            return whole ? chain.with(itsSteps) : chain.unreadable();
        });
    }

    private Step step(ResultSet row, StepGraph order) throws SQLException {
        int position = row.getInt("position");
        return new Step(
                position,
                order.needs(position),
                row.getInt("attempts"),
                Columns.nullableInstant(row, "started_at"),
                Columns.nullableInstant(row, "finished_at"),
                state(row));
    }

    private StepState state(ResultSet row) throws SQLException {
        return switch (StepState.Name.valueOf(row.getString("state"))) {
            case PENDING -> new StepState.Pending();
            case RUNNING -> new StepState.Running(task(row), row.getInt("failures"), row.getBoolean("recovering"));
            case SUCCEEDED -> new StepState.Done(task(row), variables(row), false);
            case RECOVERED -> new StepState.Done(task(row), variables(row), true);
            case FAILED -> {
                yield new StepState.Failed(
                        Columns.nullableId(row, "task_id"), json.readValue(row.getString("error"), TaskError.class));
            }
            case SKIPPED -> new StepState.Skipped();
            case CANCELLED -> new StepState.Cancelled(task(row));
        };
    }

    private Map<String, String> variables(ResultSet row) throws SQLException {
        return json.readValue(row.getString("vars"), VARIABLES);
    }

    private static UUID task(ResultSet row) throws SQLException {
        return Columns.id(row, "task_id");
    }
}
