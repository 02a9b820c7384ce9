package dev.claudepool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.store.UnusableDataDirectoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

class CookieTest {

    @TempDir
    private Path directory;

    @Test
    void findsWhatAnInstanceBeforeLeftAndNotItsOwn() {
        Cookie before = new CookieFactory(directory).next("slot-0");
        CookieFactory jar = new CookieFactory(directory);

        assertThat(jar.isLeftover(before.value())).isTrue();
        assertThat(jar.isLeftover(jar.next("slot-0").value())).isFalse();
    }

    @Test
    void leavesAloneWhatAnotherDirectoryOfTheSamePathStarted() throws IOException {
        Cookie ofOther = new CookieFactory(directory).next("slot-0");
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectory(directory);

        assertThat(new CookieFactory(directory).isLeftover(ofOther.value())).isFalse();
    }

    @Test
    void keepsTheIdInAFileThatOnlyItsOwnerReads() throws IOException {
        Cookie cookie = new CookieFactory(directory).next("slot-0");

        Path file = directory.resolve("pool-id");
        assertThat(cookie.value()).startsWith(Files.readString(file).strip() + "/");
        assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
    }

    @Test
    void refusesAnIdThatIsNone() throws IOException {
        Files.writeString(directory.resolve("pool-id"), "");

        assertThatThrownBy(() -> new CookieFactory(directory))
                .isInstanceOf(UnusableDataDirectoryException.class)
                .hasMessageContaining("pool-id does not hold an id");
    }
}
