package dev.claudepool.submit;

import dev.claudepool.store.Columns;
import dev.claudepool.store.Dialect;
import dev.claudepool.store.Ids;
import dev.claudepool.submit.TaskSearch.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lists of tasks, read from the tables {@code task}, {@code task_tag} and {@code task_text}. No list takes longer for
 * the number of tasks: it reads one index, that of the rarest condition, and looks at no more than
 * {@value #MOST_EXAMINED} tasks.
 */
@Component
class TaskListStore {

    /** So many tasks are read and sorted, whatever the order. */
    private static final int FEW = 1_000;

    /** Of more tasks, so many are looked at in their order. */
    private static final int MOST_EXAMINED = 2_000;

    private final int few;
    private final int mostExamined;
    private final JdbcClient jdbc;
    private final Dialect dialect;

    @Autowired
    TaskListStore(JdbcClient jdbc, Dialect dialect) {
        this(jdbc, dialect, FEW, MOST_EXAMINED);
    }

    TaskListStore(JdbcClient jdbc, Dialect dialect, int few, int mostExamined) {
        this.few = few;
        this.mostExamined = mostExamined;
        this.jdbc = jdbc;
        this.dialect = dialect;
    }

    /**
     * Finds the first tasks behind {@code after}.
     *
     * @throws dev.claudepool.problem.ProblemException {@code validation-failed} when {@code filter.q()} has no word
     */
    Found find(TaskFilter filter, TaskOrder order, @Nullable Position after, int limit) {
        TaskSearch search = new TaskSearch(filter, order, dialect);
        boolean going = after != null;
        Map<String, @Nullable Object> parameters = parameters(search, after, limit);
        Map<Source, Integer> counts = counts(search, parameters);
        Optional<Source> rarest = counts.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .filter(source -> source.getValue() <= few / search.weight(source.getKey()))
                .map(Map.Entry::getKey);
        if (rarest.isPresent()) {
            return new Found(positions(search.ofFew(rarest.get(), going), parameters), null);
        }
        Source source = order.hasKey() ? search.everything() : rarestBehind(search, order, going, parameters);
        if (search.isAll(source)) {
            parameters.put("most", limit);
            return new Found(positions(search.among(source, going, false), parameters), null);
        }
        // First where to stop: tasks may be added meanwhile, and none is to be left out or listed twice.
        int most = Math.max(1, mostExamined / search.weight(source));
        Position stop = at(search, source, going, most - 1, parameters);
        if (stop != null) {
            put(parameters, "stop", stop);
        }
        parameters.put("most", 2 * most);
        List<Position> found = positions(search.among(source, going, stop != null), parameters);
        return new Found(found, found.size() == limit ? null : stop);
    }

    /** The source in whose index one comes furthest with as many tasks. */
    private Source rarestBehind(
            TaskSearch search, TaskOrder order, boolean going, Map<String, @Nullable Object> parameters) {
        List<Source> ordered = search.sources().stream()
                .filter(Source::ordered)
                .filter(source -> search.weight(source) == 1)
                .toList();
        if (ordered.size() < 2) {
            return ordered.isEmpty() ? search.everything() : ordered.getFirst();
        }
        Comparator<UUID> age = Comparator.comparing(UUID::toString);
        Comparator<UUID> further = order.isDescending() ? age.reversed() : age;
        Map<Source, Optional<UUID>> reached = new HashMap<>();
        ordered.forEach(source -> reached.put(
                source,
                Optional.ofNullable(at(search, source, going, few, parameters)).map(Position::id)));
        return ordered.stream()
                .max(Comparator.comparing(
                        source -> Objects.requireNonNull(reached.get(source)).orElse(null),
                        Comparator.nullsLast(further)))
                .orElseThrow();
    }

    private Map<Source, Integer> counts(TaskSearch search, Map<String, @Nullable Object> parameters) {
        Map<String, @Nullable Object> counting = new HashMap<>(parameters);
        counting.put("few", few + 1);
        Map<Source, Integer> counts = new HashMap<>();
        search.sources()
                .forEach(source -> counts.put(
                        source,
                        jdbc.sql(search.count(source))
                                .params(counting)
                                .query(Integer.class)
                                .single()));
        return counts;
    }

    private @Nullable Position at(
            TaskSearch search, Source source, boolean going, int offset, Map<String, @Nullable Object> parameters) {
        parameters.put("offset", offset);
        return positions(search.at(source, going), parameters).stream()
                .findFirst()
                .orElse(null);
    }

    private List<Position> positions(String sql, Map<String, @Nullable Object> parameters) {
        return jdbc.sql(sql)
                .params(parameters)
                .query((row, _) -> new Position(row.getLong("sort_key"), Columns.id(row, "id")))
                .list();
    }

    /** The values of all that the SQL of {@code search} may name. */
    static Map<String, @Nullable Object> parameters(TaskSearch search, @Nullable Position after, int limit) {
        Map<String, @Nullable Object> parameters = new HashMap<>(search.parameters());
        Stream.of("first", "last")
                .forEach(name -> parameters.put(
                        name + "Number", Ids.number(UUID.fromString(String.valueOf(parameters.get(name))))));
        if (after != null) {
            put(parameters, "after", after);
        }
        // More may have been added since they were counted.
        parameters.put("few", 2 * FEW);
        parameters.put("limit", limit);
        return parameters;
    }

    static void put(Map<String, @Nullable Object> parameters, String name, Position position) {
        parameters.put(name, position.id().toString());
        parameters.put(name + "Key", position.key());
        parameters.put(name + "Number", Ids.number(position.id()));
    }

    /**
     * Where a task stands in a list.
     *
     * @param key what the list is ordered by before the id; 0 where that is the age
     */
    record Position(long key, UUID id) {}

    /**
     * A part of a list.
     *
     * @param tasks those found
     * @param next behind which the list goes on, when there was more to look at than was looked at
     */
    record Found(List<Position> tasks, @Nullable Position next) {

        List<UUID> ids() {
            return tasks.stream().map(Position::id).toList();
        }

        /** The first {@code most} of them. */
        Found first(int most) {
            return tasks.size() <= most
                    ? this
                    : new Found(new ArrayList<>(tasks.subList(0, most)), tasks.get(most - 1));
        }
    }
}
