package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.StubCli;
import dev.claudepool.demo.MessagesApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service keeps in files, and what is left of them when it is killed. */
class PrivateDataDirectoryTest {

    @TempDir
    Path directory;

    @Test
    void holdsEverythingReadableByItsOwnerOnlyAndWhatAKilledServiceUnpackedGoesAtTheNextStart() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.createFile(data.resolve("claude-pool.db")); // readable by all, as older versions made it
        try (MessagesApi api = MessagesApi.start()) {
            List<String> jvm = List.of("-Djava.io.tmpdir=" + temporary);
            List<String> properties = TestingPool.properties(directory, StubCli.program(), api, "claude-pool.slots=1");
            ServiceProcess service = ServiceProcess.start(directory, jvm, properties);
            try {
                assertThatTask(service.client().run("hello").json()).hasOutput("echo: hello");
                assertThat(Files.getPosixFilePermissions(data)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
                assertThat(files(data).filter(file -> file.getParent().equals(data)))
                        .contains(data.resolve("claude-pool.db-wal"), data.resolve("pool-id"))
                        .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                                .isEqualTo(PosixFilePermissions.fromString("rw-------")));
                List<Path> unpacked = libraries(data);
                assertThat(unpacked).hasSize(1);

                service.kill();
                assertThat(files(temporary)).isEmpty();
                service = ServiceProcess.start(directory, jvm, properties);

                assertThat(libraries(data)).hasSize(1).doesNotContainAnyElementsOf(unpacked);
            } finally {
                service.close();
            }
            assertThat(files(temporary)).isEmpty();
        }
    }

    private static List<Path> libraries(Path data) throws IOException {
        return files(data)
                .filter(file -> file.getFileName().toString().endsWith("sqlitejdbc.so"))
                .toList();
    }

    private static Stream<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all
                    .filter(path -> Files.isRegularFile(path)
                            || path.getFileName().toString().startsWith("tomcat"))
                    .toList()
                    .stream();
        }
    }
}
