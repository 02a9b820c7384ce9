package dev.claudepool.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts values from and to the columns of all tables: instants in milliseconds, ids and enums as text. */
public final class Columns {

    private Columns() {}

    /** Returns the id in a column that is never null. */
    public static UUID id(ResultSet row, String column) throws SQLException {
        return UUID.fromString(row.getString(column));
    }

    public static @Nullable UUID nullableId(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : UUID.fromString(text);
    }

    /** Returns the instant in a column that is never null. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    public static @Nullable Instant nullableInstant(ResultSet row, String column) throws SQLException {
        Long millis = nullableLong(row, column);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    public static @Nullable Long nullableLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    public static @Nullable Integer nullableInt(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    public static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    public static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    /** Returns a text that can be looked for on every engine: U+0000, which not all can store, is replaced. */
    public static @Nullable String searchable(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\ufffd');
    }

    public static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }
}
