package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

    @TempDir
    private Path directory;

    @Test
    void makesATokenOnceAndKeepsIt() {
        AdminToken first = new TokenFile(file()).readOrCreate();

        AdminToken second = new TokenFile(file()).readOrCreate();

        assertThat(first).isInstanceOf(AdminToken.Created.class);
        assertThat(second).isEqualTo(new AdminToken.Kept(first.value(), file()));
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        new TokenFile(file()).readOrCreate();

        assertThat(permissions()).isEqualTo("rw-------");
        assertThat(directory)
                .isDirectoryContaining(file()::equals)
                .isDirectoryNotContaining(path -> !path.equals(file()));
    }

    @Test
    void closesAFileThatOthersCouldRead() throws IOException {
        Files.writeString(file(), "open-sesame\n");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        AdminToken token = new TokenFile(file()).readOrCreate();

        assertThat(token.value()).isEqualTo(new AccessToken("open-sesame"));
        assertThat(permissions()).isEqualTo("rw-------");
    }

    @Test
    void outlivesADraftThatACrashLeft() throws IOException {
        Files.writeString(directory.resolve("token.new"), "half a tok");

        assertThat(new TokenFile(file()).readOrCreate()).isInstanceOf(AdminToken.Created.class);
    }

    @Test
    void doesNotGuessWhatAnEmptyFileMeans() throws IOException {
        Files.createFile(file());

        assertThatThrownBy(() -> new TokenFile(file()).readOrCreate())
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("is empty");
    }

    private Path file() {
        return directory.resolve("token");
    }

    private String permissions() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
    }
}
