package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Starts that fail because of a database server say what to do, and tell no password. */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseStartFailureTest {

    private static final String HUSH = "hush-hush-hush";

    @TempDir
    private Path directory;

    private String database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.createDatabase();
    }

    @AfterEach
    void dropDatabase() {
        PostgresServer.dropDatabase(database);
    }

    @Test
    void serverThatIsAway(CapturedOutput output) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        failsWith(
                output,
                "The PostgreSQL database of spring.datasource.url cannot be reached: ",
                Map.of("url", "jdbc:postgresql://127.0.0.1:" + port + "/" + database));

        assertThat(output).contains("Start its server, or check the host and the port in spring.datasource.url");
    }

    @Test
    void wrongPassword(CapturedOutput output) {
        failsWith(output, "does not let the service in: ", Map.of("password", HUSH));

        assertThat(output)
                .contains("Check spring.datasource.username and spring.datasource.password")
                .doesNotContain(HUSH);
    }

    @Test
    void wrongPasswordInTheUrl(CapturedOutput output) {
        failsWith(
                output,
                "does not let the service in: ",
                Map.of(
                        "url",
                        PostgresServer.url(database) + "?user=" + PostgresServer.USER + "&password=" + HUSH,
                        "username",
                        "",
                        "password",
                        ""));

        assertThat(output).doesNotContain(HUSH);
    }

    @Test
    void databaseThatDoesNotExist(CapturedOutput output) {
        failsWith(output, "does not exist: ", Map.of("url", PostgresServer.url("nowhere")));

        assertThat(output).contains("Create it (create database ... owner ... encoding 'UTF8')");
    }

    @Test
    void urlThatIsNone(CapturedOutput output) {
        failsWith(
                output,
                "The value of spring.datasource.url is no URL of a PostgreSQL database.",
                Map.of("url", "jdbc:postgresql://127.0.0.1:port/?password=" + HUSH));

        assertThat(output).contains("jdbc:postgresql://host:port/database").doesNotContain(HUSH);
    }

    @Test
    void otherEngine(CapturedOutput output) {
        failsWith(
                output,
                "There is no usable database: spring.datasource.url is not of a database that claude-pool can use",
                Map.of("url", "jdbc:mysql://127.0.0.1/pool?password=" + HUSH));

        assertThat(output)
                .contains("let it begin with jdbc:sqlite: or jdbc:postgresql:")
                .doesNotContain(HUSH);
    }

    @Test
    void databaseInWhichNoTablesCanBeMade(CapturedOutput output) {
        administrate("alter database " + database + " owner to postgres");

        failsWith(output, "does not let its user do what the service must: ", Map.of());

        assertThat(output).contains("Let the user of spring.datasource.username own the database");
    }

    @Test
    void databaseOfAnotherEncoding(CapturedOutput output) {
        administrate("drop database " + database);
        administrate("create database " + database + " owner " + PostgresServer.USER
                + " encoding 'LATIN1' locale 'C' template template0");

        failsWith(output, "cannot hold every character: ", Map.of());

        assertThat(output).contains("Create one with the encoding UTF8");
    }

    @Test
    void databaseOfANewerVersion(CapturedOutput output) {
        DriverManagerDataSource owner =
                new DriverManagerDataSource(PostgresServer.url(database), PostgresServer.USER, PostgresServer.PASSWORD);
        Flyway.configure()
                .dataSource(owner)
                .locations("classpath:db/migration/postgresql")
                .load()
                .migrate();
        JdbcClient.create(owner).sql("""
                        insert into flyway_schema_history
                        select installed_rank + 1, '999', 'of the future', type, 'V999__future.sql', 1, installed_by,
                          installed_on, execution_time, success
                        from flyway_schema_history order by installed_rank desc limit 1""").update();

        failsWith(output, "belongs to a newer version of claude-pool: it has schema version 999", Map.of());

        assertThat(output).contains("Start the newer version", "set spring.datasource.url to another database");
    }

    @Test
    void databaseOfAnotherProgram(CapturedOutput output) {
        administratorOf(database)
                .sql("create table public.accounts (n integer)")
                .update();

        failsWith(output, "has a schema that this version of claude-pool cannot update: ", Map.of());
    }

    @Test
    void databaseThatAnotherServiceUses(CapturedOutput output) {
        try (var _ = application()
                .run(arguments(Map.of(
                        "claude-pool.data-dir", directory.resolve("other").toString())))) {
            failsWith(output, "is used by another claude-pool: process ", Map.of());
        }

        assertThat(output).contains("Stop the other service, or set spring.datasource.url to another database");
    }

    private void failsWith(CapturedOutput output, String description, Map<String, String> datasource) {
        Map<String, String> properties = new HashMap<>();
        datasource.forEach((name, value) -> properties.put("spring.datasource." + name, value));
        FailingStart.failsWith(output, description, arguments(properties));
        assertThat(output).doesNotContain(PostgresServer.PASSWORD);
    }

    private String[] arguments(Map<String, String> properties) {
        Map<String, String> all = new TreeMap<>(PostgresServer.properties(database));
        all.put("claude-pool.data-dir", directory.resolve("data").toString());
        all.put("claude-pool.security.token", TestingClient.TOKEN);
        all.put("server.port", "0");
        all.putAll(properties);
        List<String> arguments = new ArrayList<>();
        all.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments.toArray(String[]::new);
    }

    private static SpringApplication application() {
        return new SpringApplication(TestingWebApplication.class);
    }

    private static void administrate(String sql) {
        PostgresServer.administrator().sql(sql).update();
    }

    private static JdbcClient administratorOf(String database) {
        return JdbcClient.create(new DriverManagerDataSource(PostgresServer.url(database), "postgres", ""));
    }
}
