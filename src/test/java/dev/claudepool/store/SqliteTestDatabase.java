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

    /** A new one, which goes when it is closed; a copy of one that has the schema, since making that takes longer. */
    public SqliteTestDatabase() {
        this(copyOf(Template.FILE), true);
    }

    /** The one in {@code directory}, made when missing, which stays. */
    public SqliteTestDatabase(Path directory) {
        this(directory, false);
    }

    private SqliteTestDatabase(Path directory, boolean passing) {
        super(Map.of("claude-pool.data-dir", directory.toString()), passing);
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

    private static Path copyOf(Path file) {
        try {
            Path directory = newDirectory();
            Files.copy(file, directory.resolve(file.getFileName()));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database that has the schema and nothing else. */
    private static final class Template {

        static final Path FILE = make();

        private static Path make() {
            Path directory = newDirectory();
            new SqliteTestDatabase(directory).close();
            Path file = directory.resolve("claude-pool.db");
            file.toFile().deleteOnExit();
            return file;
        }
    }
}
