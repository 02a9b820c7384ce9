package dev.claudepool.context;

import dev.claudepool.store.Columns;
import dev.claudepool.store.RowReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code context_entry}. */
@Component
class ContextStore {

    private final JdbcClient jdbc;
    private final RowReader reader = new RowReader("context_entry");
    private final JsonMapper json;

    ContextStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** All entries by key, in a map of the caller's own; sorted here, because engines do not agree on the order. */
    SortedMap<String, ContextEntry> all() {
        SortedMap<String, ContextEntry> entries = new TreeMap<>();
        jdbc.sql("select * from context_entry")
                .query((row, _) -> readable(row))
                .list()
                .forEach(read -> read.ifPresent(entry -> entries.put(entry.key(), entry)));
        return entries;
    }

    Optional<ContextEntry> find(String key) {
        return jdbc.sql("select * from context_entry where key = :key")
                .param("key", key)
                .query((row, _) -> readable(row))
                .optional()
                .flatMap(entry -> entry);
    }

    /** Inserts the entry, or replaces the one of the same key. */
    void save(ContextEntry entry) {
        jdbc.sql("""
                        insert into context_entry (key, value, updated_at) values (:key, :value, :updatedAt)
                        on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at""")
                .param("key", entry.key())
                .param("value", json.writeValueAsString(entry.value()))
                .param("updatedAt", entry.updatedAt().toEpochMilli())
                .update();
    }

    /** Returns whether there was one. */
    boolean delete(String key) {
        return jdbc.sql("delete from context_entry where key = :key")
                        .param("key", key)
                        .update()
                == 1;
    }

    private Optional<ContextEntry> readable(ResultSet row) throws SQLException {
        return reader.read(row.getString("key"), () -> read(row));
    }

    private ContextEntry read(ResultSet row) throws SQLException {
        return new ContextEntry(
                row.getString("key"),
                json.readValue(row.getString("value"), String.class),
                Columns.instant(row, "updated_at"));
    }
}
