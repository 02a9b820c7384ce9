package dev.claudepool.submit;

import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.Columns;
import dev.claudepool.store.Dialect;
import dev.claudepool.store.Dialect.Term;
import dev.claudepool.store.Ids;
import dev.claudepool.task.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The SQL for a filter: the conditions of its tasks, and the indexes that these can be read from. */
final class TaskSearch {

    /** Ids are made a little earlier or later than the time of creation is noted. */
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    /** The last millisecond that an id can have. */
    private static final long LATEST = (1L << 48) - 1;

    /** To look up words in one task takes as long as to look at so many tasks, as measured with 1,000,000 of them. */
    private static final int WEIGHT_OF_WORDS = 20;

    /** Each is looked up in all that was ever written. */
    private static final int MOST_WORDS = 10;

    /** Shorter beginnings of words would be those of very many. */
    private static final int SHORTEST_BEGINNING = 2;

    private static final UUID GREATEST = new UUID(-1, -1);

    private final TaskOrder order;
    private final List<String> conditions = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final Map<String, @Nullable Object> parameters = new HashMap<>();
    /** Whether no task with an id outside these bounds can match. */
    private final boolean bounded;

    /** @throws ProblemException {@code validation-failed} when {@code q} has no word */
    TaskSearch(TaskFilter filter, TaskOrder order, Dialect dialect) {
        this.order = order;
        this.bounded = filter.createdFrom() != null || filter.createdTo() != null || filter.finishedTo() != null;
        parameters.put("first", bound(filter.createdFrom(), LEEWAY.negated(), new UUID(0, 0)));
        parameters.put("last", bound(earlier(filter.createdTo(), filter.finishedTo()), LEEWAY, GREATEST));
        values("state", "t.state", filter.state());
        tags(filter.tag());
        values("code", "t.code", filter.code());
        values("role", "t.wanted_role", filter.role());
        values("slot", "t.slot_id", filter.slot());
        values("model", "t.model", filter.model());
        values("name", "t.name", filter.name());
        values("chainId", "t.chain_id", filter.chainId());
        values("fanOutId", "t.fan_out_id", filter.fanOutId());
        values("sessionId", "t.session_id", filter.sessionId());
        if (filter.q() != null) {
            text(filter.q(), dialect);
        }
        range("created", "t.created_at", filter.createdFrom(), filter.createdTo());
        range("finished", "t.finished_at", filter.finishedFrom(), filter.finishedTo());
        if (order.condition() != null) {
            conditions.add(order.condition());
        }
    }

    /** The indexes that tasks can be looked for in. */
    List<Source> sources() {
        return sources;
    }

    /** All tasks in the wanted order. */
    Source everything() {
        return new Source(
                "task t",
                order.condition() == null ? "true" : order.condition(),
                "t.id",
                true,
                true,
                order.condition());
    }

    /** The values of what the SQL names. */
    Map<String, @Nullable Object> parameters() {
        return parameters;
    }

    /** How much longer than otherwise it takes to look at a task of a source: long, if words are to be looked up. */
    int weight(Source source) {
        return source.isText() || sources.stream().noneMatch(Source::isText) ? 1 : WEIGHT_OF_WORDS;
    }

    /** Whether all tasks of a source match. */
    boolean isAll(Source source) {
        return conditions.stream().allMatch(condition -> condition.equals(source.condition()));
    }

    /** The query of the first matching tasks behind {@code :after} of few: those that a source has. */
    String ofFew(Source few, boolean going) {
        return matching(few.some(bounded) + " limit :few", conditions)
                + (going ? " and " + order.after("t.id") : "")
                + firstInOrder();
    }

    /**
     * The query of the matching tasks among the first {@code :most} of a source behind {@code :after}.
     *
     * @param stopping whether only as far as {@code :stop}
     */
    String among(Source source, boolean going, boolean stopping) {
        List<String> others = conditions.stream()
                .filter(condition -> !condition.equals(source.condition()))
                .toList();
        return matching(inOrder(source, going, stopping) + " limit :most", others) + firstInOrder();
    }

    /** The query of the task at {@code :offset} of a source behind {@code :after}. */
    String at(Source source, boolean going) {
        return "select t.id, " + order.key() + " as sort_key from task t where t.id = (select id from ("
                + inOrder(source, going, false) + " limit 1 offset :offset) part)";
    }

    /** The query that counts the tasks of a source, up to {@code :few}. */
    String count(Source source) {
        return "select count(*) from (" + source.some(bounded) + " limit :few) part";
    }

    private String inOrder(Source source, boolean going, boolean stopping) {
        return source.some(bounded && !order.hasKey())
                + (going ? " and " + source.of(order.after(source.id())) : "")
                + (stopping ? " and " + source.of(order.until(source.id())) : "")
                + " order by " + order.by(source.id());
    }

    /** A cross join: an engine without statistics carries it out in the order in which it is written. */
    private String matching(String part, List<String> conditions) {
        StringBuilder sql = new StringBuilder("select t.id, " + order.key() + " as sort_key from (" + part
                + ") part cross join task t where t.id = part.id");
        conditions.forEach(condition -> sql.append(" and ").append(condition));
        return sql.toString();
    }

    private String firstInOrder() {
        return " order by " + order.by("t.id") + " limit :limit";
    }

    private void values(String parameter, String column, @Nullable List<?> values) {
        if (values != null && !values.isEmpty()) {
            parameters.put(parameter, values.stream().map(TaskSearch::stored).toList());
            String condition = column + " in (:" + parameter + ")";
            conditions.add(condition);
            // A chain is short enough to be sorted.
            boolean ordered = values.size() == 1 && !column.equals("t.chain_id");
            sources.add(new Source("task t", condition, "t.id", true, ordered, condition));
        }
    }

    private static @Nullable String stored(Object value) {
        return value instanceof Enum<?> name ? name.name() : Columns.searchable(value.toString());
    }

    /** With {@code exists} instead, an engine might begin with all that has the tag, and likewise with the words. */
    private void tags(@Nullable List<String> tags) {
        for (int i = 0; tags != null && i < tags.size(); i++) {
            String parameter = "tag" + i;
            parameters.put(parameter, stored(tags.get(i)));
            String condition =
                    "(select 1 from task_tag g where g.tag = :" + parameter + " and g.task_id = t.id) is not null";
            conditions.add(condition);
            sources.add(new Source("task_tag g", "g.tag = :" + parameter, "g.task_id", true, true, condition));
        }
    }

    private void text(String query, Dialect dialect) {
        List<Term> terms =
                Stream.of(query.split("\\s+")).flatMap(TaskSearch::terms).toList();
        if (terms.isEmpty()) {
            throw ProblemException.invalid("q", "must have a word of letters or digits");
        }
        if (terms.stream().anyMatch(term -> term.beginning() && term.word().length() < SHORTEST_BEGINNING)) {
            throw ProblemException.invalid("q", "must have " + SHORTEST_BEGINNING + " letters or digits before *");
        }
        if (terms.size() > MOST_WORDS) {
            throw ProblemException.invalid("q", "must have at most " + MOST_WORDS + " words");
        }
        parameters.put("words", dialect.textQuery(terms));
        String condition =
                "(select 1 from task_text x where x.rowid = t.number and " + dialect.textMatches() + ") is not null";
        conditions.add(condition);
        sources.add(new Source(
                "task_text x cross join task t",
                "t.number = x.rowid and " + dialect.textMatches(),
                "x.rowid",
                true,
                true,
                condition));
    }

    /** Of "well-kn*", only the last part is a beginning. */
    private static Stream<Term> terms(String text) {
        List<String> words = List.copyOf(Words.of(text));
        return IntStream.range(0, words.size())
                .mapToObj(i -> new Term(words.get(i), text.endsWith("*") && i == words.size() - 1));
    }

    private void range(String parameter, String column, @Nullable Instant from, @Nullable Instant to) {
        if (from == null && to == null) {
            return;
        }
        List<String> ends = new ArrayList<>();
        if (from != null) {
            parameters.put(parameter + "From", millis(from));
            ends.add(column + " >= :" + parameter + "From");
        }
        if (to != null) {
            parameters.put(parameter + "To", millis(to));
            ends.add(column + " < :" + parameter + "To");
        }
        String condition = String.join(" and ", ends);
        conditions.add(condition);
        sources.add(
                column.equals("t.created_at")
                        ? new Source("task t", "true", "t.id", true, true, null)
                        : new Source("task t", condition, "t.id", false, false, condition));
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return Stream.of(one, other)
                .flatMap(Stream::ofNullable)
                .min(Instant::compareTo)
                .orElse(null);
    }

    private static String bound(@Nullable Instant instant, Duration leeway, UUID without) {
        return instant == null
                ? without.toString()
                : Ids.first(Math.clamp(millis(instant) + leeway.toMillis(), 0, LATEST))
                        .toString();
    }

    /** Times that are in no id are before or after all tasks. */
    private static long millis(Instant instant) {
        return instant.getEpochSecond() > LATEST / 1000
                ? LATEST
                : instant.getEpochSecond() < 0 ? 0 : instant.toEpochMilli();
    }

    /**
     * Where tasks can be read from.
     *
     * @param from the tables
     * @param where the condition that is looked up in an index
     * @param id the column in whose order the index has them
     * @param aged whether the index has the ages of its tasks
     * @param ordered whether the index has them in the order of their ages
     * @param condition the same condition of the filter; null if the filter has a stricter one
     */
    record Source(
            String from,
            String where,
            String id,
            boolean aged,
            boolean ordered,
            @Nullable String condition) {

        private boolean isText() {
            return id.equals("x.rowid");
        }

        /** The query of its tasks. */
        private String some(boolean bounded) {
            return "select " + (isText() ? "t.id" : id) + " as id from " + from + " where " + where
                    + (bounded && aged ? " and " + of(id + " >= :first") + " and " + of(id + " < :last") : "");
        }

        /** The rows of {@code task_text} have the numbers of ids. */
        private String of(String condition) {
            return isText()
                    ? condition
                            .replace(":first", ":firstNumber")
                            .replace(":last", ":lastNumber")
                            .replace(":after", ":afterNumber")
                            .replace(":stop", ":stopNumber")
                    : condition;
        }
    }
}
