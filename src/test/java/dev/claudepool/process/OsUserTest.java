package dev.claudepool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OsUserTest {

    @Test
    void runsCommandsAsTheUserWhoCannotBecomeAnotherOne() {
        assumeRoot();
        OsUser nobody = OsUser.find("nobody");
        List<String> command = new ArrayList<>(nobody.command());
        command.addAll(List.of("sh", "-c", "id -un; grep NoNewPrivs /proc/self/status"));

        Command.Outcome outcome = Command.run(command, Map.of("PATH", "/usr/bin:/bin"), Duration.ofSeconds(10));

        assertThat(outcome.output().lines()).containsExactly("nobody", "NoNewPrivs:\t1");
        assertThat(nobody.environment()).containsEntry("USER", "nobody").containsKey("HOME");
    }

    @Test
    void doesNothingToWhatALinkOfTheUserLeadsTo(@TempDir Path directory) throws IOException {
        assumeRoot();
        Path victim = Files.createDirectory(directory.resolve("victim"));
        Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rwx------"));
        Path link = Files.createSymbolicLink(directory.resolve("config"), victim);

        assertThatThrownBy(() -> OsUser.find("nobody").make(link)).isInstanceOf(UnusableCliUserException.class);

        assertThat(Files.getOwner(victim).getName()).isEqualTo("root");
    }

    @Test
    void deletesOnlyWhatTheUserMayDelete(@TempDir Path directory) throws IOException {
        assumeRoot();
        Path ofRoot = Files.createFile(directory.resolve("of-root"));

        OsUser.find("nobody").delete(List.of(ofRoot));

        assertThat(ofRoot).exists();
    }

    @Test
    void findsAndReadsOnlyWhatTheUserMayReadAndNoLinks(@TempDir Path directory) throws IOException {
        assumeRoot();
        OsUser nobody = OsUser.find("nobody");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path open =
                Files.writeString(Files.createDirectory(directory.resolve("a")).resolve("open"), "text");
        Path ofRoot = Files.writeString(directory.resolve("of-root"), "secret");
        Files.setPosixFilePermissions(ofRoot, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), open);

        assertThat(nobody.findFile(directory, "open")).contains(open);
        assertThat(nobody.findFile(directory, "link")).isEmpty();
        assertThat(nobody.findFile(directory, "nothing")).isEmpty();
        assertThat(nobody.read(open)).hasContent("text");
        assertThat(nobody.read(ofRoot)).isEmpty();
        assertThat(nobody.read(link)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-user", "", "-x", "root;id", "a b"})
    void refusesWhatIsNoUser(String name) {
        assertThatThrownBy(() -> OsUser.find(name)).isInstanceOf(UnusableCliUserException.class);
    }

    @Test
    void refusesAUserThatTheServiceMayNotBecome() {
        assumeTrue(!isRoot(), "tests do not run as root");

        assertThatThrownBy(() -> OsUser.find("root"))
                .isInstanceOf(UnusableCliUserException.class)
                .hasMessageContaining("may not start processes as the user root");
    }

    private static void assumeRoot() {
        assumeTrue(isRoot(), "tests run as root");
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
