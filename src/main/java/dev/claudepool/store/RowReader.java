package dev.claudepool.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads values out of rows so that one that was damaged, or written by a newer version, harms no other: it is empty,
 * and one ERROR names its row. Thread-safe.
 */
public final class RowReader {

    private static final Logger log = LoggerFactory.getLogger(RowReader.class);
    private static final int MOST_REPORTED = 1_000;

    private final String table;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    public RowReader(String table) {
        this.table = table;
    }

    /**
     * Returns what {@code value} returns; empty when it cannot be read.
     *
     * @param id the row, for people
     */
    public <T> Optional<T> read(String id, Value<T> value) throws SQLException {
        try {
            return Optional.of(value.read());
        } catch (RuntimeException e) {
            report(id, e);
            return Optional.empty();
        }
    }

    /** Returns the id in {@code column}; null when there is none, or when it cannot be read. */
    public @Nullable UUID nullableId(ResultSet row, String id, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : read(id, () -> UUID.fromString(text)).orElse(null);
    }

    /** Names what is wrong, but not the message, which may quote the value. */
    private void report(String id, RuntimeException problem) {
        if (reported.size() < MOST_REPORTED && reported.add(id)) {
            log.error(
                    "A row cannot be read: it was damaged, or written by a newer version table={} id={} problem={}",
                    table,
                    id,
                    problem.getClass().getSimpleName());
        }
    }

    /** Reads a value out of a row. */
    @FunctionalInterface
    public interface Value<T> {
        T read() throws SQLException;
    }
}
