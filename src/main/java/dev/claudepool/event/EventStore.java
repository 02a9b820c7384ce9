package dev.claudepool.event;

import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The table {@code event}. */
@Component
class EventStore {

    /** Found in the partial index {@code event_at}. */
    static final String EXPIRED = "select seq from event where type not in " + EventType.sqlList(EventType::isKept)
            + " and at < :before and seq < (select max(seq) from event) order by at limit :limit";

    /** Skips types that only a newer version knows. */
    private static final String KNOWN_TYPES = EventType.sqlList(EventType::isStored);

    private static final String POOL_TYPES =
            EventType.sqlList(type -> type.isStored() && type.scope() == EventType.Scope.POOL);

    /** The most events that one reading looks at where no index leads to those that are wanted. */
    private static final int EXAMINED = 2_000;

    private final RowReader reader = new RowReader("event");
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final ObjectReader dataReader;

    EventStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        // Money must come out as it went in, not as 8.0E-4.
        this.dataReader = json.readerFor(ObjectNode.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    /** Stores the event and returns it with its number. */
    Event append(Event event) {
        long seq = jdbc.sql("""
                        insert into event (type, at, task_id, chain_id, fan_out_id, slot_id, tags, data)
                        values (:type, :at, :task, :chain, :fanOut, :slot, :tags, :data) returning seq""")
                .param("type", event.type().wireName())
                .param("at", event.at().toEpochMilli())
                .param("task", Columns.text(event.taskId()))
                .param("chain", Columns.text(event.chainId()))
                .param("fanOut", Columns.text(event.fanOutId()))
                .param("slot", event.slotId())
                .param("tags", tags(event.tags()))
                .param("data", json.writeValueAsString(event.data()))
                .query(Long.class)
                .single();
        return new Event(
                seq,
                event.type(),
                event.at(),
                event.taskId(),
                event.chainId(),
                event.fanOutId(),
                event.slotId(),
                event.tags(),
                event.data());
    }

    /**
     * Reads at most {@code limit} events, and ends once what was read has {@code most} characters of data. Where no
     * index leads to the events, it looks at the next {@link #EXAMINED} only.
     */
    EventBatch readAfter(long seq, EventFilter filter, int limit, long most) {
        long end = filter instanceof EventFilter.Selected ? endOfExamined(seq) : Long.MAX_VALUE;
        ResultSetExtractor<EventBatch> reading = rows -> {
            List<Event> events = new ArrayList<>();
            long left = most;
            while (left > 0 && rows.next()) {
                events.add(read(rows));
                left -= rows.getString("data").length();
            }
            boolean complete = left > 0 && events.size() < limit;
            long last = events.isEmpty()
                    ? seq
                    : Objects.requireNonNull(events.getLast().seq());
            return new EventBatch(events, complete && end < Long.MAX_VALUE ? end : last);
        };
        return jdbc.sql("select * from event where seq > :seq and seq <= :end and type in " + types(filter) + " and "
                        + condition(filter) + " order by seq limit :limit")
                .param("seq", seq)
                .param("end", end)
                .params(parameters(filter))
                .param("limit", limit)
                .query(reading);
    }

    private long endOfExamined(long seq) {
        return jdbc.sql("select coalesce(max(seq), :seq) from"
                        + " (select seq from event where seq > :seq order by seq limit :examined) as examined")
                .param("seq", seq)
                .param("examined", EXAMINED)
                .query(Long.class)
                .single();
    }

    private static String types(EventFilter filter) {
        return switch (filter) {
            case EventFilter.OfPool() -> POOL_TYPES;
            case EventFilter.Selected selected
            when !selected.types().isEmpty() -> EventType.sqlList(selected.types()::contains);
            default -> KNOWN_TYPES;
        };
    }

    private static String condition(EventFilter filter) {
        return switch (filter) {
            case EventFilter.All(), EventFilter.OfPool() -> "true";
            case EventFilter.OfTask _ -> "task_id = :id";
            case EventFilter.OfChain _ -> "chain_id = :id";
            case EventFilter.OfFanOut _ -> "fan_out_id = :id";
            case EventFilter.Selected selected ->
                "true"
                        + IntStream.range(0, selected.tags().size())
                                .mapToObj(i -> " and replace(tags, :tag" + i + ", '') <> tags")
                                .collect(Collectors.joining());
        };
    }

    private static Map<String, String> parameters(EventFilter filter) {
        return switch (filter) {
            case EventFilter.OfTask(UUID task) -> Map.of("id", task.toString());
            case EventFilter.OfChain(UUID chain) -> Map.of("id", chain.toString());
            case EventFilter.OfFanOut(UUID fanOut) -> Map.of("id", fanOut.toString());
            case EventFilter.Selected selected ->
                IntStream.range(0, selected.tags().size())
                        .boxed()
                        .collect(Collectors.toMap(
                                i -> "tag" + i, i -> " " + selected.tags().get(i) + " "));
            case EventFilter.All(), EventFilter.OfPool() -> Map.of();
        };
    }

    /**
     * Deletes the oldest of the events from before {@code before}, at most {@code limit}; but not those of the states
     * of tasks, chains and fan-outs, and never the newest of all, by which readers know how far the numbers have come.
     *
     * @return how many were deleted
     */
    int expire(Instant before, int limit) {
        return jdbc.sql("delete from event where seq in (" + EXPIRED + ")")
                .param("before", before.toEpochMilli())
                .param("limit", limit)
                .update();
    }

    /** Deletes these events, except the newest event of all. */
    void delete(EventFilter filter) {
        jdbc.sql("delete from event where " + condition(filter) + " and seq < (select max(seq) from event)")
                .params(parameters(filter))
                .update();
    }

    long lastSeq() {
        return jdbc.sql("select coalesce(max(seq), 0) from event")
                .query(Long.class)
                .single();
    }

    private Event read(ResultSet row) throws SQLException {
        String seq = row.getString("seq");
        return new Event(
                row.getLong("seq"),
                EventType.ofWireName(row.getString("type")),
                Columns.instant(row, "at"),
                reader.nullableId(row, seq, "task_id"),
                reader.nullableId(row, seq, "chain_id"),
                reader.nullableId(row, seq, "fan_out_id"),
                row.getString("slot_id"),
                tags(row.getString("tags")),
                reader.<ObjectNode>read(seq, () -> dataReader.readValue(row.getString("data")))
                        .orElseGet(json::createObjectNode));
    }

    /** Each tag stands between two spaces, which no tag contains. */
    private static @Nullable String tags(List<String> tags) {
        return tags.isEmpty() ? null : " " + String.join(" ", tags) + " ";
    }

    private static List<String> tags(@Nullable String column) {
        return column == null ? List.of() : List.of(column.strip().split(" "));
    }
}
