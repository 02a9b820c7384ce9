package dev.claudepool.budget;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Tokens as the API counted them; never negative in a total.
 *
 * @param input tokens read that came from no cache
 * @param output tokens written
 * @param cacheRead tokens read from the prompt cache
 * @param cacheWrite tokens written to the prompt cache
 */
public record Tokens(long input, long output, long cacheRead, long cacheWrite) {

    public static final Tokens NONE = new Tokens(0, 0, 0, 0);

    public Tokens plus(Tokens other) {
        return new Tokens(
                input + other.input, output + other.output, cacheRead + other.cacheRead, cacheWrite + other.cacheWrite);
    }

    public Tokens minus(Tokens other) {
        return new Tokens(
                input - other.input, output - other.output, cacheRead - other.cacheRead, cacheWrite - other.cacheWrite);
    }

    /**
     * Reads the columns {@code tokens_input}, {@code tokens_output}, {@code tokens_cache_read},
     * {@code tokens_cache_write}.
     */
    public static Tokens read(ResultSet row) throws SQLException {
        return new Tokens(
                row.getLong("tokens_input"),
                row.getLong("tokens_output"),
                row.getLong("tokens_cache_read"),
                row.getLong("tokens_cache_write"));
    }
}
