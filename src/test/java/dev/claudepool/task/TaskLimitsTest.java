package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.security.Caller;
import dev.claudepool.security.Role;
import dev.claudepool.web.ApiJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

class TaskLimitsTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    models=sonnet,haiku   | model          | opus        | must be one of sonnet, haiku (claude-pool.task.models)
                    models=sonnet,haiku   | fallbackModel  | opus        | must be one of sonnet, haiku (claude-pool.task.models)
                    max-budget-usd=0.50   | maxBudgetUsd   | 0.51        | must be at most 0.50 (claude-pool.task.max-budget-usd)
                    max-priority=10       | priority       | 11          | must be at most 10 (claude-pool.task.max-priority)
                    system-prompt=false   | systemPrompt   | x           | must be left out (claude-pool.task.system-prompt)
                    slash-commands=false  | slashCommands  | true        | must be false (claude-pool.task.slash-commands)
                    permission-modes=plan | permissionMode | acceptEdits | must be one of plan (claude-pool.task.permission-modes)
                    """)
    void eachLimitNamesItsProperty(String property, String field, String value, String message) {
        TaskLimits limits = limits(property);

        assertThat(exceeded(limits, field, value)).containsExactly(new FieldError(field, message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    models=sonnet,haiku             | model          | haiku
                    max-budget-usd=0.50             | maxBudgetUsd   | 0.5
                    max-priority=10                 | priority       | 10
                    slash-commands=true             | slashCommands  | true
                    permission-modes=plan,acceptEdits | permissionMode | acceptEdits
                    system-prompt=true              | systemPrompt   | x
                    """)
    void whatIsWithinALimitPasses(String property, String field, String value) {
        assertThat(exceeded(limits(property), field, value)).isEmpty();
    }

    @Test
    void aTaskThatAsksForNothingPasses() {
        FieldRules rules = new FieldRules("");

        TestingSpecs.limits("max-budget-usd", "0.01", "models", "sonnet", "max-priority", "0", "system-prompt", "false")
                .check(TaskSpec.ofPrompt("x"), rules);

        assertThat(rules.errors()).isEmpty();
    }

    @Test
    void everybodyIsBoundUnlessARoleIsExempt() {
        Caller admin = new Caller("admin", Set.of(Role.ADMIN, Role.SUBMIT));

        assertThat(TestingSpecs.limits("unrestricted-roles", "").exempt(admin)).isFalse();
        assertThat(TestingSpecs.limits("unrestricted-roles", "admin").exempt(admin))
                .isTrue();
        assertThat(TestingSpecs.limits("unrestricted-roles", "admin").exempt(new Caller("x", Set.of(Role.SUBMIT))))
                .isFalse();
    }

    @Test
    void theDemoAllowsTheShellCommandOfTheReadme() throws IOException {
        PropertySource<?> demo = new YamlPropertySourceLoader()
                .load("demo", new ClassPathResource("application-demo.yaml"))
                .getFirst();
        String tools = String.valueOf(demo.getProperty("claude-pool.task.allowed-tools"));
        FieldRules rules = new FieldRules("");

        TestingSpecs.limits("allowed-tools", tools)
                .check(TestingSpecs.spec("allowedTools", List.of("Bash(ls *)", "Read")), rules);

        assertThat(rules.errors()).isEmpty();
    }

    @Test
    void aValueThatCannotBeUsedIsRefusedInWords() throws IOException {
        refuses("allowed-tools", "Bash(a) Bash(b)", "claude-pool.task.allowed-tools must be *, or rules such as Read");
        refuses("mcp-servers", "listed", "claude-pool.task.mcp-servers=listed needs claude-pool.task.mcp-config");
        refuses("max-budget-usd", "0", "claude-pool.task.max-budget-usd must be more than 0");
        refuses("max-priority", "1001", "claude-pool.task.max-priority must be between -1000 and 1000");
        refuses("mcp-config", "servers.json", "claude-pool.task.mcp-config must be an absolute path");
        refuses("mcp-config", directory.resolve("none").toString(), "cannot be read");
        refuses("mcp-config", file("{"), "is not valid JSON");
        refuses("mcp-config", file("{\"servers\":{}}"), "must hold {\"mcpServers\":{...}}, as .mcp.json does");
        refuses("mcp-config", file("{\"mcpServers\":{\"a\":{}}}"), "must each have a command or a url");
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("servers.json"), content).toString();
    }

    private static void refuses(String property, String value, String message) {
        assertThatThrownBy(() -> TestingSpecs.limits(property, value))
                .rootCause()
                .hasMessageContaining(message);
    }

    private static TaskLimits limits(String property) {
        List<String> parts = List.of(property.split("=", 2));
        return TestingSpecs.limits(parts.getFirst(), parts.getLast());
    }

    private static Object json(String value) {
        return value.matches("[0-9.]+|true|false") ? ApiJson.mapper().readTree(value) : value;
    }

    private static List<FieldError> exceeded(TaskLimits limits, String field, String value) {
        FieldRules rules = new FieldRules("");
        limits.check(TestingSpecs.spec(Map.of(field, json(value))), rules);
        return rules.errors();
    }
}
