package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.mock.env.MockEnvironment;

class StartupMessageTest {

    private static final AccessToken TOKEN = new AccessToken("open-sesame-open-sesame-open-sesame");
    private static final TokenHash HASH = TokenHash.of(TOKEN);
    private static final TokenHashFile HASH_FILE = new TokenHashFile(Path.of("/data"));

    private final ServerProperties server = new ServerProperties();
    private final MockEnvironment running = new MockEnvironment().withProperty("local.server.port", "8123");

    @Test
    void passesANewTokenThroughStandardInput() {
        assertThat(text(new AdminToken.Created(TOKEN)))
                .contains("curl -s http://127.0.0.1:8123/api/v1/run -H @- ")
                .contains(
                        "-d '{\"prompt\":\"Say hello\"}' <<< 'Authorization: Bearer open-sesame-open-sesame-open-sesame'");
    }

    @Test
    void hasCurlReadTheHeaderFromTheTokenFile() {
        assertThat(text(new AdminToken.InFile(HASH, Path.of("/home/me/auth"), true)))
                .contains("-H @'/home/me/auth'")
                .doesNotContain("sesame");
    }

    @Test
    void readsATokenThatStandsAloneInItsFile() {
        assertThat(text(new AdminToken.InFile(HASH, Path.of("/run/secrets/token"), false)))
                .contains("-H @- ")
                .contains("<<< \"Authorization: Bearer $(cat '/run/secrets/token')\"")
                .doesNotContain("sesame");
    }

    @Test
    void doesNotShowAConfiguredToken() {
        assertThat(text(new AdminToken.Configured(HASH)))
                .contains("<<< \"Authorization: Bearer $CLAUDE_POOL_TOKEN\"")
                .doesNotContain("sesame");
    }

    @Test
    void saysHowToReplaceATokenThatWasShownBefore() {
        assertThat(text(new AdminToken.Kept(HASH))).contains("delete /data/token.sha256 and restart");
    }

    @Test
    void namesTheAddressThatIsBound() {
        server.setAddress(InetAddress.ofLiteral("::1"));

        assertThat(text(new AdminToken.Configured(HASH))).contains("http://[0:0:0:0:0:0:0:1]:8123/");
    }

    @Test
    void saysNothingWithoutAWebServer() {
        assertThat(message(new AdminToken.Configured(HASH)).text(new MockEnvironment()))
                .isEmpty();
    }

    private String text(AdminToken token) {
        return message(token).text(running).orElseThrow();
    }

    private StartupMessage message(AdminToken token) {
        return new StartupMessage(token, HASH_FILE, server);
    }
}
