package dev.claudepool.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/** SQLite in a file of its own. */
public final class SqliteTestDatabase extends TestDatabase {

    private final Path directory;
    private final boolean passing;

    /** A new one, which goes when it is closed. */
    public SqliteTestDatabase() {
        this(newDirectory(), true);
    }

    /** The one in {@code directory}, made when missing, which stays. */
    public SqliteTestDatabase(Path directory) {
        this(directory, false);
    }

    private SqliteTestDatabase(Path directory, boolean passing) {
        super(Map.of("claude-pool.data-dir", directory.toString()), false);
        this.directory = directory;
        this.passing = passing;
    }

    @Override
    public List<String> plan(String sql, Map<String, ?> parameters) {
        return jdbc().sql("explain query plan " + sql)
                .params(parameters)
                .query((row, _) -> row.getString("detail"))
                .list();
    }

    @Override
    public void close() {
        super.close();
        if (passing) {
            try {
                FileSystemUtils.deleteRecursively(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("claude-pool-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
