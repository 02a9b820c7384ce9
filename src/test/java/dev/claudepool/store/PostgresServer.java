package dev.claudepool.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A real PostgreSQL, started once for all tests of this JVM, and ended with it. The user of its databases needs a
 * password; contract tests, which connect often, have one that needs none, as has its administrator.
 */
public final class PostgresServer {

    public static final String USER = "pool";
    public static final String PASSWORD = "testing-password";

    private static final String ACCESS = """
            host all postgres,quick 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private static final String QUICK_USER = "quick";

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final EmbeddedPostgres server;
    private final JdbcClient administrator;

    private PostgresServer() {
        try {
            Path access = Files.writeString(Files.createTempFile("claude-pool-test", ".conf"), ACCESS);
            access.toFile().deleteOnExit();
            server = EmbeddedPostgres.builder()
                    .setServerConfig("hba_file", access.toString())
                    .setConnectConfig("connectTimeout", "10")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        administrator = JdbcClient.create(server.getPostgresDatabase());
        administrator
                .sql("create role " + USER + " login password '" + PASSWORD + "'")
                .update();
        administrator.sql("create role " + QUICK_USER + " login").update();
    }

    private static PostgresServer running() {
        return Running.SERVER;
    }

    /** Creates an empty database and returns its name. */
    public static String createDatabase() {
        return create(USER, "template0 encoding 'UTF8'");
    }

    /** Creates an empty one for contract tests. */
    static String createQuickDatabase() {
        return create(QUICK_USER, "template0 encoding 'UTF8'");
    }

    /** Creates one for contract tests like another, to which nobody may be connected. */
    static String createQuickDatabaseLike(String other) {
        return create(QUICK_USER, other);
    }

    private static String create(String owner, String template) {
        String name = "test" + NUMBERS.incrementAndGet();
        administrator()
                .sql("create database " + name + " owner " + owner + " template " + template)
                .update();
        return name;
    }

    /** Drops a database, whoever uses it. */
    public static void dropDatabase(String name) {
        administrator().sql("drop database if exists " + name + " with (force)").update();
    }

    /** What a superuser asks. */
    public static JdbcClient administrator() {
        return running().administrator;
    }

    public static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + running().server.getPort() + "/" + database;
    }

    /** What a service must be started with to use a database. */
    public static Map<String, String> properties(String database) {
        return Map.of(
                "spring.datasource.url", url(database),
                "spring.datasource.username", USER,
                "spring.datasource.password", PASSWORD);
    }

    /** What a contract test uses a database with. */
    static Map<String, String> quickProperties(String database) {
        return Map.of("spring.datasource.url", url(database), "spring.datasource.username", QUICK_USER);
    }

    private static final class Running {
        static final PostgresServer SERVER = new PostgresServer();
    }
}
