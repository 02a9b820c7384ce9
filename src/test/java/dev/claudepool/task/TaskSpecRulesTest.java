package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.claudepool.problem.FieldError;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskSpecRulesTest {

    private static final UUID ID = UUID.fromString("019b7ca9-8f2e-7000-bd04-1c1c1980f57f");

    static Stream<Arguments> allowed() {
        return Stream.of(
                arguments("prompt", "x"),
                arguments("prompt", "/literal \u0000 \ud83d\ude00"),
                arguments("model", "sonnet"),
                arguments("model", "claude-sonnet-4-5[1m]"),
                arguments("model", "arn:aws/us.anthropic:x@20250101"),
                arguments("model", "m".repeat(200)),
                arguments("effort", "min"),
                arguments("effort", "max"),
                arguments("permissionMode", "bypassPermissions"),
                arguments("systemPrompt", ""),
                arguments("systemPrompt", "s".repeat(100_000)),
                arguments("allowedTools", List.of("Read", "Bash(git log:*)", "mcp__server__tool")),
                arguments("allowedTools", Collections.nCopies(200, "Read")),
                arguments("disallowedTools", List.of("Bash(" + "x".repeat(500) + ")")),
                arguments("disallowedTools", List.of("m" + "x".repeat(199))),
                arguments("disallowedTools", Collections.nCopies(100, "B(" + "\u65e5".repeat(497) + ")")),
                arguments("mcpServers", Map.of("a", Map.of("command", "run", "args", List.of("\\u0000")))),
                arguments("maxBudgetUsd", new BigDecimal("0.000000001")),
                arguments("maxBudgetUsd", new BigDecimal("0.50000000000000000000")),
                arguments("maxBudgetUsd", new BigDecimal("1000000")),
                arguments("maxTurns", 1),
                arguments("maxTurns", 10_000),
                arguments("timeout", "PT1S"),
                arguments("timeout", "PT24H"),
                arguments("priority", -1000),
                arguments("priority", 1000),
                arguments("session", "fresh"),
                arguments("session", "slot"),
                arguments("session", ID.toString()),
                arguments("session", ID.toString().toUpperCase(Locale.ROOT)),
                arguments("slot", "slot-0"),
                arguments("slot", "s".repeat(64)),
                arguments("role", "analyzer"),
                arguments("outputSchema", Map.of("type", "object")),
                arguments("tags", Collections.nCopies(20, "nightly")),
                arguments("tags", List.of("A-z_0.9:b", "t".repeat(64))),
                arguments("retries", 0),
                arguments("retries", 10),
                arguments("slashCommands", true));
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                arguments("prompt", ""),
                arguments("prompt", " \n\t"),
                arguments("prompt", "half \ud83d of a pair"),
                arguments("model", ""),
                arguments("model", "--dangerously-skip-permissions"),
                arguments("model", "two words"),
                arguments("model", "sonnet\n"),
                arguments("model", "m".repeat(201)),
                arguments("systemPrompt", "s".repeat(100_001)),
                arguments("systemPrompt", "\udc00"),
                arguments("allowedTools", List.of("Read", "")),
                arguments("allowedTools", List.of("--flag")),
                arguments("allowedTools", List.of("Read,Write")),
                arguments("allowedTools", List.of("Bash()")),
                arguments("allowedTools", List.of("Bash(a\nb)")),
                arguments("allowedTools", List.of("Bash(" + "x".repeat(501) + ")")),
                arguments("allowedTools", Collections.nCopies(201, "Read")),
                arguments("allowedTools", List.of("mcp__" + "x".repeat(200_000))),
                arguments("allowedTools", List.of("m" + "x".repeat(200))),
                arguments("allowedTools", List.of("Bash(half \ud83d of a pair)")),
                arguments("allowedTools", List.of("Bash(a\0b)")),
                arguments("disallowedTools", Collections.nCopies(101, "B(" + "\u65e5".repeat(497) + ")")),
                arguments("mcpServers", Map.of("a", Map.of("command", "run\0"))),
                arguments("mcpServers", Map.of("a", Map.of("command", "run", "args", List.of("\0")))),
                arguments("mcpServers", Map.of("a", Map.of("command", "run", "env", Map.of("\0", "x")))),
                arguments("disallowedTools", List.of("Read Write")),
                arguments("disallowedTools", Collections.nCopies(201, "Read")),
                arguments("maxBudgetUsd", BigDecimal.ZERO),
                arguments("maxBudgetUsd", new BigDecimal("-0.01")),
                arguments("maxBudgetUsd", new BigDecimal("0.0000000001")),
                arguments("maxBudgetUsd", new BigDecimal("1E-999999999")),
                arguments("maxBudgetUsd", new BigDecimal("1000000.000000001")),
                arguments("maxBudgetUsd", new BigDecimal("1E+999999999")),
                arguments("maxTurns", 0),
                arguments("maxTurns", 10_001),
                arguments("timeout", "PT0.999S"),
                arguments("timeout", "-PT1S"),
                arguments("timeout", "PT24H0.000000001S"),
                arguments("timeout", "PT9999999999999H"),
                arguments("priority", -1001),
                arguments("priority", 1001),
                arguments("priority", Integer.MIN_VALUE),
                arguments("session", ""),
                arguments("session", "FRESH"),
                arguments("session", "1-1-1-1-1"),
                arguments("session", ID + " "),
                arguments("slot", ""),
                arguments("slot", "../slot-0"),
                arguments("slot", "s".repeat(65)),
                arguments("role", "a role"),
                arguments("role", "r".repeat(65)),
                arguments("tags", Collections.nCopies(21, "nightly")),
                arguments("tags", List.of("fine", "not fine")),
                arguments("tags", List.of("")),
                arguments("tags", List.of("t".repeat(65))),
                arguments("retries", -1),
                arguments("retries", 11));
    }

    @ParameterizedTest
    @MethodSource
    void allowed(String field, Object value) {
        assertThat(TaskSpecRules.check(TestingSpecs.spec(field, value), "")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void forbidden(String field, Object value) {
        assertThat(TaskSpecRules.check(TestingSpecs.spec(field, value), ""))
                .isNotEmpty()
                .extracting(FieldError::field)
                .containsOnly(field);
    }

    @Test
    void allowsWhatIsLeftOut() {
        assertThat(TaskSpecRules.check(TaskSpec.ofPrompt("say hello"), "")).isEmpty();
    }

    @Test
    void namesEveryFieldInErrorUnderItsPrefix() {
        TaskSpec spec = TestingSpecs.spec(Map.of("prompt", "", "maxTurns", 0, "retries", 99));

        assertThat(TaskSpecRules.check(spec, "tasks[3]."))
                .extracting(FieldError::field)
                .containsExactly("tasks[3].prompt", "tasks[3].maxTurns", "tasks[3].retries");
    }

    @Test
    void neverRepeatsTheOffendingValue() {
        String secret = "--sk-ant-secret";
        TaskSpec spec = TestingSpecs.spec(Map.of(
                "model", secret, "tags", List.of(secret + " "), "session", secret, "allowedTools", List.of(secret)));

        assertThat(TaskSpecRules.check(spec, ""))
                .hasSize(4)
                .extracting(FieldError::message)
                .noneMatch(message -> message.contains("secret"));
    }
}
