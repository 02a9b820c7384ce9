package dev.claudepool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/** What the demo profile gives to the rest. */
@ExtendWith(OutputCaptureExtension.class)
class DemoEnvironmentTest {

    @Test
    void pointsTheCliToAStandInForAsLongAsTheApplicationRuns(CapturedOutput output) throws Exception {
        URI uri;
        try (var context = start("--spring.profiles.active=demo")) {
            uri = URI.create(cliEnvironment(context.getEnvironment()).get("ANTHROPIC_BASE_URL"));

            assertThat(uri.getHost()).isEqualTo("127.0.0.1");
            assertThat(get(uri)).isEqualTo(200);
            assertThat(output).containsOnlyOnce("This is a DEMO");
        }
        assertThatThrownBy(() -> get(uri)).isInstanceOf(ConnectException.class);
    }

    @Test
    void keepsAwayFromRealDataAndCredentials() {
        try (var context = start("--spring.profiles.active=demo", "--user.home=/home/ada")) {
            var environment = context.getEnvironment();

            assertThat(environment.getProperty("claude-pool.data-dir")).isEqualTo("/home/ada/.claude-pool-demo");
            assertThat(environment.getProperty("claude-pool.cli.config-dir"))
                    .isEqualTo("/home/ada/.claude-pool-demo/cli-home/.claude");
            assertThat(cliEnvironment(context.getEnvironment()))
                    .containsEntry("HOME", "/home/ada/.claude-pool-demo/cli-home")
                    .containsEntry("ANTHROPIC_API_KEY", "demo")
                    .containsEntry("NO_PROXY", "127.0.0.1");
        }
    }

    @Test
    void emptiesWhateverElseTheUserHasForTheCli() {
        var environment = new StandardEnvironment() {
            @Override
            public Map<String, Object> getSystemEnvironment() {
                return Map.of("ANTHROPIC_AUTH_TOKEN", "real", "CLAUDE_CODE_USE_BEDROCK", "1", "PATH", "/bin");
            }
        };
        environment.addActiveProfile("demo");

        new DemoEnvironment(Supplier::get, new DefaultBootstrapContext())
                .postProcessEnvironment(environment, new SpringApplication());

        assertThat(cliEnvironment(environment))
                .containsEntry("ANTHROPIC_AUTH_TOKEN", "")
                .containsEntry("CLAUDE_CODE_USE_BEDROCK", "")
                .containsOnlyKeys("ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "ANTHROPIC_BASE_URL");
    }

    @Test
    void theUserHasTheLastWord() {
        try (var context = start(
                "--spring.profiles.active=demo",
                "--claude-pool.data-dir=/elsewhere",
                "--claude-pool.cli.environment[ANTHROPIC_BASE_URL]=http://127.0.0.1:1")) {
            assertThat(cliEnvironment(context.getEnvironment()))
                    .containsEntry("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
                    .containsEntry("HOME", "/elsewhere/cli-home");
        }
    }

    @Test
    void doesNothingWithoutTheProfile(CapturedOutput output) {
        try (var context = start()) {
            assertThat(cliEnvironment(context.getEnvironment())).doesNotContainKey("ANTHROPIC_BASE_URL");
            assertThat(output).doesNotContain("DEMO");
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        String[] all = Stream.concat(Arrays.stream(arguments), Stream.of("--spring.main.banner-mode=off"))
                .toArray(String[]::new);
        return new SpringApplicationBuilder(Nothing.class)
                .web(WebApplicationType.NONE)
                .run(all);
    }

    private static Map<String, String> cliEnvironment(Environment environment) {
        return Binder.get(environment)
                .bind("claude-pool.cli.environment", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
    }

    private static int get(URI uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** An application that has nothing but its environment. */
    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
