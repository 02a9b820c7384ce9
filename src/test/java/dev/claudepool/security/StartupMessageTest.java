package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.mock.env.MockEnvironment;

class GreetingTest {

    private static final AccessToken TOKEN = new AccessToken("open-sesame");
    private static final Path FILE = Path.of("/data/token");

    private final ServerProperties server = new ServerProperties();
    private final MockEnvironment running = new MockEnvironment().withProperty("local.server.port", "8123");

    @Test
    void showsANewTokenInACommandThatWorksAsItStands() {
        assertThat(text(new AdminToken.Created(TOKEN, FILE)))
                .contains("http://127.0.0.1:8123/api/v1/run")
                .contains("-H \"Authorization: Bearer open-sesame\"")
                .contains("-d '{\"prompt\":\"Say hello\"}'");
    }

    @Test
    void readsAKeptTokenFromItsFile() {
        assertThat(text(new AdminToken.Kept(TOKEN, FILE)))
                .contains("Bearer $(cat '/data/token')")
                .doesNotContain("sesame");
    }

    @Test
    void saysNothingOfAConfiguredToken() {
        assertThat(text(new AdminToken.Configured(TOKEN)))
                .contains("Bearer $CLAUDE_POOL_TOKEN")
                .doesNotContain("sesame");
    }

    @Test
    void namesTheAddressThatIsBound() {
        server.setAddress(InetAddress.ofLiteral("::1"));

        assertThat(text(new AdminToken.Configured(TOKEN))).contains("http://[0:0:0:0:0:0:0:1]:8123/");
    }

    @Test
    void saysNothingWithoutAWebServer() {
        assertThat(new Greeting(new AdminToken.Configured(TOKEN), server).text(new MockEnvironment()))
                .isEmpty();
    }

    private String text(AdminToken token) {
        return new Greeting(token, server).text(running).orElseThrow();
    }
}
