package dev.claudepool.task;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DialectId;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.web.Nesting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks a {@link TaskConfig} and names each field that breaks a rule. */
public final class TaskConfigRules {

    static final String MODEL_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._:/@\\[\\]-]{0,199}$";
    /** A tool as the CLI writes it: {@code Read}, {@code Bash(git *)}, {@code mcp__server__tool}. */
    static final String TOOL_PATTERN = "^[A-Za-z][A-Za-z0-9_.:-]{0,199}(\\([^\\x00-\\x1f\\x7f]{1,500}\\))?$";

    static final int MOST_TOOLS = 200;
    static final int MOST_TURNS = 10_000;
    static final int MOST_SYSTEM_PROMPT = 100_000;
    static final int MOST_SERVERS = 50;

    private static final Pattern MODEL = Pattern.compile(MODEL_PATTERN);
    private static final Pattern TOOL = Pattern.compile(TOOL_PATTERN);

    /**
     * The most characters of all tools of one list. They reach the command line, where Linux takes 128 KiB in one
     * argument and 2 MiB in all of them with the environment; a process gets up to four lists, and a character has up
     * to 3 bytes.
     */
    private static final int LONGEST_TOOLS = 50_000;

    private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int LARGEST_DOCUMENT = 100_000;

    private static final Schema META_SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of(DialectId.DRAFT_2020_12));

    private final FieldRules rules;

    private TaskConfigRules(FieldRules rules) {
        this.rules = rules;
    }

    /** Adds the rules that {@code config} breaks to {@code rules}. */
    public static void check(TaskConfig config, FieldRules rules) {
        new TaskConfigRules(rules).check(config);
    }

    private void check(TaskConfig config) {
        rules.matches(config.model(), MODEL, "model", "must be a model name or alias");
        rules.text(config.systemPrompt(), MOST_SYSTEM_PROMPT, "systemPrompt");
        tools(config.allowedTools(), "allowedTools");
        tools(config.disallowedTools(), "disallowedTools");
        rules.range(config.maxTurns(), 1, MOST_TURNS, "maxTurns");
        if (config.mcpServers() != null) {
            servers(config.mcpServers().definitions(), rules);
            names(config.mcpServers().names());
        }
        rules.matches(config.fallbackModel(), MODEL, "fallbackModel", "must be a model name or alias");
        rules.require(
                config.fallbackModel() == null || !config.fallbackModel().equals(config.model()),
                "fallbackModel",
                "must be another than model");
        outputSchema(config.outputSchema());
        timeout(config.timeout());
    }

    private void tools(@Nullable List<String> tools, String field) {
        if (tools != null) {
            rules.require(tools.size() <= MOST_TOOLS, field, "must be at most " + MOST_TOOLS);
            rules.text(String.join("", tools), LONGEST_TOOLS, field);
            tools.forEach(tool -> rules.matches(tool, TOOL, field, "must be tools such as Read or Bash(git *)"));
        }
    }

    private void names(List<String> servers) {
        rules.require(servers.size() <= MOST_SERVERS, "mcpServers", "must be at most " + MOST_SERVERS);
    }

    /** Adds the rules that definitions of MCP servers break to {@code rules}. */
    static void servers(ObjectNode servers, FieldRules rules) {
        rules.require(servers.size() <= MOST_SERVERS, "mcpServers", "must be at most " + MOST_SERVERS);
        if (!isWritable(rules, servers, "mcpServers")) {
            return;
        }
        // They become arguments and environments of processes, where it ends the text.
        rules.require(!holdsNul(servers), "mcpServers", "must not hold the character NUL");
        for (Map.Entry<String, JsonNode> server : servers.properties()) {
            rules.matches(server.getKey(), SERVER, "mcpServers", "must have names of letters, digits, _ and -");
            JsonNode how = server.getValue();
            rules.require(
                    how.path("command").isString() || how.path("url").isString(),
                    "mcpServers",
                    "must each have a command or a url, as in .mcp.json");
        }
    }

    private static boolean holdsNul(JsonNode node) {
        return node.asString("").indexOf('\0') >= 0
                || node.propertyNames().stream().anyMatch(name -> name.indexOf('\0') >= 0)
                || node.valueStream().anyMatch(TaskConfigRules::holdsNul);
    }

    private void outputSchema(@Nullable ObjectNode schema) {
        if (schema == null) {
            return;
        }
        if (!isWritable(rules, schema, "outputSchema")) {
            return;
        }
        rules.require(
                schema.path("type").asString("").equals("object"),
                "outputSchema",
                "must have the type object, as the API needs it");
        List<Error> errors =
                META_SCHEMA.validate(schema, context -> context.executionConfig(config -> config.failFast(true)));
        rules.require(
                errors.isEmpty(),
                "outputSchema",
                "must be a JSON Schema (2020-12)"
                        + errors.stream()
                                .findFirst()
                                .map(error -> "; see " + error.getInstanceLocation())
                                .orElse(""));
    }

    /** Returns whether a document is neither too deep nor too long; only then is it worth a closer look. */
    private static boolean isWritable(FieldRules rules, ObjectNode document, String field) {
        boolean flat = !Nesting.isTooDeep(document);
        rules.require(flat, field, "must be nested at most " + Nesting.MOST_LEVELS + " levels deep");
        boolean fits = flat && document.toString().length() <= LARGEST_DOCUMENT;
        rules.text(flat ? document.toString() : null, LARGEST_DOCUMENT, field);
        return fits;
    }

    private void timeout(@Nullable Duration timeout) {
        rules.require(
                timeout == null
                        || (timeout.compareTo(Duration.ofSeconds(1)) >= 0
                                && timeout.compareTo(Duration.ofDays(1)) <= 0),
                "timeout",
                "must be between PT1S and PT24H");
    }
}
