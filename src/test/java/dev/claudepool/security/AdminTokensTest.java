package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class AdminTokensTest {

    private static final String SESAME = "open-sesame-open-sesame-open-sesame";

    @TempDir
    private Path directory;

    @Test
    void keepsOnlyTheHashOfANewToken() throws IOException {
        AdminToken.Created created = (AdminToken.Created) find(null, null, true);
        new TokenHashFile(directory).write(created.hash());

        AdminToken kept = find(null, null, false);

        assertThat(kept).isEqualTo(new AdminToken.Kept(created.hash()));
        assertThat(kept.hash().matches(created.value().value())).isTrue();
        assertThat(Files.readString(directory.resolve("token.sha256")))
                .doesNotContain(created.value().value());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("token.sha256"))))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsNothingOfATokenThatNobodyHasSeen() {
        find(null, null, true);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void makesNoTokenThatOnlyALogWouldShow() {
        assertThatThrownBy(() -> find(null, null, false))
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("no terminal");
    }

    @Test
    void makesTheFileThatIsToHoldTheToken() {
        Path file = directory.resolve("shared");

        assertThat(find(null, file, false)).isInstanceOf(AdminToken.InFile.class);
        assertThat(file).exists();
        assertThat(directory.resolve("token.sha256")).doesNotExist();
    }

    @Test
    void takesTheConfiguredTokenBeforeTheKeptOne() {
        new TokenHashFile(directory).write(TokenHash.of(new AccessToken("x".repeat(32))));

        assertThat(find(SESAME, null, false).hash().matches(SESAME)).isTrue();
    }

    @Test
    void replacesATokenInPlainTextByItsHash(CapturedOutput output) throws IOException {
        Files.writeString(directory.resolve("token"), SESAME + "\n");

        AdminToken token = find(null, null, false);

        assertThat(token.hash().matches(SESAME)).isTrue();
        assertThat(directory.resolve("token")).doesNotExist();
        assertThat(output).contains("Replaced the admin token").doesNotContain("sesame");
    }

    @Test
    void followsNoLinkToAHash() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "0".repeat(64));
        Files.createSymbolicLink(directory.resolve("token.sha256"), elsewhere);

        assertThatThrownBy(() -> find(null, null, false))
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void saysWhatToDoAboutAFileThatHoldsNoHash() throws IOException {
        Files.writeString(directory.resolve("token.sha256"), SESAME);

        assertThatThrownBy(() -> find(null, null, false))
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("delete it to get a new token");
    }

    private AdminToken find(@Nullable String token, @Nullable Path file, boolean terminal) {
        return AdminTokens.find(
                new SecurityProperties(token, file, List.of(), List.of()), new TokenHashFile(directory), terminal);
    }
}
