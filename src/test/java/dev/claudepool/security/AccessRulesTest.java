package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.TestingClient;
import dev.claudepool.TestingClient.Answer;
import dev.claudepool.WebServiceTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

@WebServiceTest
@Import(AccessRulesTest.Tokens.class)
@ExtendWith(OutputCaptureExtension.class)
class AccessRulesTest {

    private static final Set<Integer> REFUSALS = Set.of(401, 403);

    @LocalServerPort
    private int port;

    @Autowired
    private TokenAuthenticator tokens;

    /** One token for each role besides the administrator's. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Tokens {

        @Bean
        @Primary
        TokenAuthenticator tokensOfEachRole(AdminToken admin) {
            return new TokenAuthenticator(Stream.concat(
                            Stream.of(Grant.admin(admin.hash())),
                            Arrays.stream(Role.values())
                                    .map(role -> new Grant(
                                            role.name(), TokenHash.of(new AccessToken(token(role))), Set.of(role))))
                    .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/tasks, READ",
        "HEAD, /api/v1/pool, READ",
        "GET, /api/v1/budget/ledger, READ",
        "POST, /api/v1/run, SUBMIT",
        "POST, /api/v1/tasks, SUBMIT",
        "POST, /api/v1/tasks/1/cancel, SUBMIT",
        "POST, /api/v1/tasks/1/retry, SUBMIT",
        "PATCH, /api/v1/tasks/1, SUBMIT",
        "POST, /api/v1/wait, READ",
        "DELETE, /api/v1/tasks/1, ADMIN",
        "DELETE, /api/v1/chains/1, ADMIN",
        "DELETE, /api/v1/fan-outs/1, ADMIN",
        "POST, /api/v1/fan-outs, SUBMIT",
        "POST, /api/v1/fan-outs/1/cancel, SUBMIT",
        "POST, /api/v1/fan-outs/1/retry, SUBMIT",
        "POST, /api/v1/chains, SUBMIT",
        "POST, /api/v1/chains/1/cancel, SUBMIT",
        "POST, /api/v1/chains/1/retry, SUBMIT",
        "POST, /api/v1/skills/review/run, SUBMIT",
        "PUT, /api/v1/skills/review, ADMIN",
        "PUT, /api/v1/context/key, ADMIN",
        "DELETE, /api/v1/context/key, ADMIN",
        "PATCH, /api/v1/slots/slot-0, ADMIN",
        "PUT, /api/v1/budget, ADMIN",
        "POST, /api/v1/pool/scale, ADMIN",
        "POST, /api/v1/pool/drain, ADMIN",
        "POST, /api/v1/anything/new, ADMIN",
        "GET, /actuator/prometheus, METRICS",
        "GET, /actuator/metrics, METRICS",
        "GET, /actuator/info, ADMIN",
        "GET, /actuator/env, ADMIN",
        "GET, /anything/new, ADMIN",
        "POST, /v3/api-docs, ADMIN",
    })
    void needsExactlyOneRole(String method, String path, Role needed) {
        Set<Role> letIn = Arrays.stream(Role.values())
                .filter(role ->
                        !REFUSALS.contains(send(method, path, token(role)).status()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));

        assertThat(letIn).containsExactly(needed);
        assertThat(send(method, path, TestingClient.TOKEN).status()).isNotIn(REFUSALS);
        assertThat(send(method, path, "").status()).isEqualTo(401);
        assertThat(send(method, path, "wrong").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health",
                "/actuator/health/liveness",
                "/livez",
                "/readyz",
                "/v3/api-docs",
                "/v3/api-docs.yaml",
                "/v3/api-docs/swagger-config",
                "/swagger-ui/index.html"
            })
    void isOpen(String path) {
        assertThat(send("GET", path, "").status()).isEqualTo(200);
    }

    @Test
    void showsStrangersNoDetailsOfHealth() {
        assertThat(send("GET", "/actuator/health", "").body()).doesNotContain("components");
        assertThat(send("GET", "/actuator/health", TestingClient.TOKEN).body()).contains("components");
    }

    @Test
    void answersStrangersWithAChallengeAndAProblem() {
        Answer without = send("GET", "/api/v1/tasks", "");
        Answer wrong = send("GET", "/api/v1/tasks", "wrong");
        Answer weak = send("POST", "/api/v1/pool/drain", token(Role.READ));

        assertThat(without.problem()).isEqualTo("401 unauthorized");
        assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"claude-pool\"");
        assertThat(wrong.problem()).isEqualTo("401 unauthorized");
        assertThat(wrong.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(weak.problem()).isEqualTo("403 forbidden");
        assertThat(weak.header("WWW-Authenticate")).contains("error=\"insufficient_scope\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YWRtaW46YWRtaW4=", "Bearer", "Bearer two words", "Bearer naïve", "bearer"})
    void refusesOtherCredentials(String header) {
        Answer answer = new TestingClient(port, "").get("/api/v1/tasks", "Authorization", header);

        assertThat(answer.problem()).isEqualTo("401 unauthorized");
    }

    @Test
    void takesNoTokenFromTheUrl() {
        assertThat(send("GET", "/api/v1/tasks?access_token=" + TestingClient.TOKEN, "")
                        .problem())
                .isEqualTo("401 unauthorized");
    }

    @Test
    void keepsNoSessionAndSendsTheUsualHeaders() {
        Answer answer = send("GET", "/api/v1/tasks", TestingClient.TOKEN);

        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'self'");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @Test
    void authenticatesConnectFrames() {
        Authentication admin = tokens.authenticate(TestingClient.TOKEN).orElseThrow();

        assertThat(admin.isAuthenticated()).isTrue();
        assertThat(admin.getName()).isEqualTo("admin");
        assertThat(admin.getAuthorities())
                .extracting(GrantedAuthority::getAuthority)
                .containsExactlyInAnyOrder("submit", "read", "admin", "metrics");
        assertThat(admin.toString()).doesNotContain(TestingClient.TOKEN);
        assertThat(tokens.authenticate("wrong")).isEmpty();
    }

    @Test
    void logsNoToken(CapturedOutput output) {
        List.of(TestingClient.TOKEN, "wrong-token-123").forEach(token -> send("GET", "/api/v1/tasks", token));

        assertThat(output).doesNotContain(TestingClient.TOKEN, "wrong-token-123");
    }

    private Answer send(String method, String path, String token) {
        return new TestingClient(port, token).send(method, path, BodyPublishers.noBody());
    }

    private static String token(Role role) {
        return "token-of-a-test-for-the-role-of-" + role.name();
    }
}
