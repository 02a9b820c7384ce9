package dev.claudepool.task;

import dev.claudepool.problem.FieldRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the file with the MCP servers that tasks may name. */
final class ConfiguredMcpServers {

    private static final String PROPERTY = "claude-pool.task.mcp-config";
    private static final JsonMapper JSON = new JsonMapper();

    private ConfiguredMcpServers() {}

    /**
     * Returns the definitions by name; none when there is no file.
     *
     * @throws IllegalArgumentException when the file cannot be used; its message quotes nothing of it, which may hold
     *     secrets
     */
    static ObjectNode read(@Nullable String file) {
        if (file == null || file.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!Path.of(file).isAbsolute()) {
            throw new IllegalArgumentException(PROPERTY + " must be an absolute path: tasks may write to the directory"
                    + " that the service is started in");
        }
        try {
            JsonNode document = JSON.readTree(Files.readString(Path.of(file)));
            if (document.path("mcpServers") instanceof ObjectNode servers) {
                FieldRules rules = new FieldRules("");
                TaskConfigRules.servers(servers, rules);
                rules.errors().stream().findFirst().ifPresent(error -> {
                    throw new IllegalArgumentException(PROPERTY + " " + file + ": its servers " + error.message());
                });
                return servers;
            }
            throw new IllegalArgumentException(
                    PROPERTY + " " + file + " must hold {\"mcpServers\":{...}}, as .mcp.json does");
        } catch (IOException e) {
            throw new IllegalArgumentException(PROPERTY + " " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + "); is it there, and" + " readable?");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(PROPERTY + " " + file + " is not valid JSON");
        }
    }
}
