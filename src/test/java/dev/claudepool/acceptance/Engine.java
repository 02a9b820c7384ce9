package dev.claudepool.acceptance;

import dev.claudepool.store.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The database of the services that tests start: the embedded one, but PostgreSQL in tests that are extended with
 * {@link OnPostgres}, and in all with {@code -Dtest.database=postgresql}.
 */
final class Engine {

    private static final boolean ALWAYS_POSTGRES = "postgresql".equals(System.getProperty("test.database"));

    /** In the data directory, since a database belongs to it. */
    private static final String NAME = "testing-database";

    private static final Queue<String> DATABASES = new ConcurrentLinkedQueue<>();

    private static volatile boolean postgres = ALWAYS_POSTGRES;

    private Engine() {}

    /** What a service must be started with that has its data in {@code directory}: the same database at each start. */
    static List<String> properties(Path directory) throws IOException {
        return postgres
                ? PostgresServer.properties(databaseOf(directory)).entrySet().stream()
                        .map(property -> property.getKey() + "=" + property.getValue())
                        .toList()
                : List.of();
    }

    /** The database of a service that has its data in {@code directory}; made when missing. */
    static String databaseOf(Path directory) throws IOException {
        Path name = Files.createDirectories(directory).resolve(NAME);
        if (Files.notExists(name)) {
            String database = PostgresServer.createDatabase();
            DATABASES.add(database);
            Files.writeString(name, database);
        }
        return Files.readString(name);
    }

    /** Has the tests of a class start their services with PostgreSQL; see {@link ExtendWith}. */
    static final class OnPostgres implements BeforeAllCallback, AfterAllCallback {

        @Override
        public void beforeAll(ExtensionContext context) {
            postgres = true;
        }

        @Override
        public void afterAll(ExtensionContext context) {
            postgres = ALWAYS_POSTGRES;
            for (String next = DATABASES.poll(); next != null; next = DATABASES.poll()) {
                PostgresServer.dropDatabase(next);
            }
        }
    }
}
