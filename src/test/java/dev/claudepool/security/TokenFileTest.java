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

    private static final String SESAME = "open-sesame-open-sesame-open-sesame";

    @TempDir
    private Path directory;

    @Test
    void makesATokenOnceAsAHeaderThatCurlCanSend() throws IOException {
        AdminToken.InFile first = new TokenFile(file()).readOrCreate();
        AdminToken.InFile second = new TokenFile(file()).readOrCreate();

        String text = Files.readString(file());
        assertThat(text).matches("Authorization: Bearer \\S{43}\n");
        assertThat(first.hash().matches(text.strip().substring("Authorization: Bearer ".length())))
                .isTrue();
        assertThat(second).isEqualTo(first);
        assertThat(first.header()).isTrue();
    }

    @Test
    void onlyTheOwnerMayReadWhatItMakes() throws IOException {
        new TokenFile(file()).readOrCreate();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(directory)
                .isDirectoryContaining(file()::equals)
                .isDirectoryNotContaining(path -> !path.equals(file()));
    }

    @Test
    void readsAFileWithTheTokenAlone() throws IOException {
        Files.writeString(file(), SESAME + "\n");

        AdminToken.InFile token = new TokenFile(file()).readOrCreate();

        assertThat(token.hash().matches(SESAME)).isTrue();
        assertThat(token.header()).isFalse();
    }

    @Test
    void readsAHeaderInAnyCase() throws IOException {
        Files.writeString(file(), "authorization: bearer " + SESAME);

        assertThat(new TokenFile(file()).readOrCreate().hash().matches(SESAME)).isTrue();
    }

    @Test
    void outlivesADraftThatACrashLeft() throws IOException {
        Files.writeString(directory.resolve("token.new"), "half a tok");

        assertThat(new TokenFile(file()).readOrCreate().header()).isTrue();
    }

    @Test
    void doesNotGuessWhatAnEmptyFileMeans() throws IOException {
        Files.createFile(file());

        assertThatThrownBy(() -> new TokenFile(file()).readOrCreate())
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("is empty");
    }

    @Test
    void refusesAFileWithMoreThanOneTokenWithoutShowingThem() throws IOException {
        Files.writeString(file(), SESAME + "\n" + SESAME);

        assertThatThrownBy(() -> new TokenFile(file()).readOrCreate())
                .isInstanceOf(UnusableTokenException.class)
                .message()
                .doesNotContain("sesame");
    }

    private Path file() {
        return directory.resolve("token");
    }
}
