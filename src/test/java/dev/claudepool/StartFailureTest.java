package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.commons.dbcp2.BasicDataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Each start that fails says why in one message that needs no knowledge of Java. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {

    @TempDir
    private Path directory;

    @Test
    void unknownProperty(CapturedOutput output) {
        failsWith(output, "claude-pool.budgt", "--claude-pool.budgt=hush");
    }

    @Test
    void badValue(CapturedOutput output) {
        failsWith(output, "claude-pool.web.max-request-size", "--claude-pool.web.max-request-size=large");
    }

    @Test
    void badToken(CapturedOutput output) {
        failsWith(output, "There is no usable admin token", "--claude-pool.security.token=hush hush");

        assertThat(output).doesNotContain("hush hush");
    }

    @Test
    void shortToken(CapturedOutput output) {
        failsWith(output, "has fewer than 32 characters", "--claude-pool.security.token=hush");
    }

    @Test
    void noTokenAndNoTerminal(CapturedOutput output) {
        failsWith(
                output,
                "none is configured, and there is no terminal",
                "--claude-pool.security.token=",
                "--claude-pool.data-dir=" + directory);

        assertThat(output).contains("Set claude-pool.security.token-file");
        assertThat(directory.resolve("token.sha256")).doesNotExist();
    }

    @Test
    void dataDirectoryThatIsAFile(CapturedOutput output) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        failsWith(output, "The data directory is not usable", "--claude-pool.data-dir=" + file);
    }

    @Test
    void dataDirectoryInUse(CapturedOutput output) throws IOException {
        try (FileChannel other =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            other.lock();

            failsWith(output, "another claude-pool is running on " + directory);
        }
    }

    @Test
    void databaseThatIsNone(CapturedOutput output) throws IOException {
        Files.writeString(directory.resolve("claude-pool.db"), "This is a letter and not a database. ".repeat(100));

        failsWith(output, "is not a SQLite database");
    }

    @Test
    void databaseOfANewerVersion(CapturedOutput output) throws Exception {
        Path database = directory.resolve("claude-pool.db");
        try (BasicDataSource dataSource = new BasicDataSource()) {
            dataSource.setUrl("jdbc:sqlite:" + database + "?journal_mode=WAL");
            Flyway.configure()
                    .dataSource(dataSource)
                    .locations("classpath:db/migration/sqlite")
                    .load()
                    .migrate();
            JdbcClient.create(dataSource).sql("""
                            insert into flyway_schema_history
                            select installed_rank + 1, '999', 'of the future', type, 'V999__future.sql', 1, installed_by,
                              installed_on, execution_time, success
                            from flyway_schema_history order by installed_rank desc limit 1""").update();
        }
        byte[] before = Files.readAllBytes(database);

        failsWith(output, "belongs to a newer version of claude-pool: it has schema version 999");

        assertThat(Files.readAllBytes(database)).isEqualTo(before);
    }

    @Test
    void databaseWhoseMigrationsWereChanged(CapturedOutput output) {
        String url = "jdbc:sqlite:" + directory.resolve("claude-pool.db");
        Flyway.configure()
                .dataSource(url, "", "")
                .locations("classpath:db/migration/sqlite")
                .load()
                .migrate();
        JdbcClient.create(new DriverManagerDataSource(url))
                .sql("update flyway_schema_history set checksum = 1 where version = '1'")
                .update();

        failsWith(
                output,
                "The database claude-pool.db in claude-pool.data-dir has a schema that this version of claude-pool cannot update");
    }

    @Test
    void symbolicLinkInTheDataDirectory(CapturedOutput output) throws IOException {
        Path elsewhere = Files.writeString(directory.resolveSibling(directory.getFileName() + "-elsewhere"), "hush");
        Files.createSymbolicLink(directory.resolve("token"), elsewhere);
        try {
            failsWith(output, directory.resolve("token") + " is a symbolic link");

            assertThat(elsewhere).hasContent("hush");
        } finally {
            Files.delete(elsewhere);
        }
    }

    @Test
    void fileOfAnotherUserInTheDataDirectory(CapturedOutput output) throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "hush");
        assumeThat(Files.getAttribute(token, "unix:uid"))
                .as("only root can give files away")
                .isEqualTo(0);
        Files.setAttribute(token, "unix:uid", 12345);

        failsWith(output, token + " belongs to the user with id 12345");
    }

    @Test
    void portInUse(CapturedOutput output) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            failsWith(output, "Port " + other.getLocalPort(), "--server.port=" + other.getLocalPort());
        }
    }

    private void failsWith(CapturedOutput output, String description, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(
                                        "--claude-pool.data-dir=" + directory,
                                        "--claude-pool.security.token=" + TestingClient.TOKEN,
                                        "--server.port=0")
                                .filter(preset ->
                                        Stream.of(arguments).noneMatch(argument -> sameName(argument, preset))),
                        Stream.of(arguments))
                .toArray(String[]::new);
        FailingStart.failsWith(output, description, all);
    }

    private static boolean sameName(String one, String other) {
        return one.startsWith(other.substring(0, other.indexOf('=') + 1));
    }
}
