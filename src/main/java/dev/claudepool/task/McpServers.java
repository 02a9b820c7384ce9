package dev.claudepool.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.claudepool.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP servers: an array with the names of servers that the pool has configured for tasks, or an object with definitions
 * by name, in the form of {@code .mcp.json}. Immutable. Put together by {@link #over}, it may have both.
 *
 * @param names of servers in {@code claude-pool.task.mcp-config}
 * @param definitions by name; may hold secrets
 */
public record McpServers(List<String> names, ObjectNode definitions) {

    public McpServers {
        names = List.copyOf(names);
        definitions = definitions.deepCopy();
    }

    /** @throws ProblemException {@code validation-failed}, when {@code json} is neither of both */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static McpServers of(JsonNode json) {
        return switch (json) {
            case ObjectNode definitions -> defined(definitions);
            case ArrayNode names
            when names.valueStream().allMatch(JsonNode::isString) ->
                new McpServers(
                        names.valueStream().map(JsonNode::asString).distinct().toList(),
                        JsonNodeFactory.instance.objectNode());
            default -> throw ProblemException.invalid("", "must be an object as in .mcp.json, or an array of names");
        };
    }

    /** Servers with these definitions. */
    public static McpServers defined(ObjectNode definitions) {
        return new McpServers(List.of(), definitions);
    }

    @JsonValue
    JsonNode toJson() {
        if (names.isEmpty()) {
            return definitions;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        names.forEach(array::add);
        return array;
    }

    /** Adds those of {@code general} whose names are not among these. */
    McpServers over(McpServers general) {
        ObjectNode merged = general.definitions.deepCopy();
        merged.remove(names);
        merged.setAll(definitions);
        List<String> left = new ArrayList<>(general.names);
        left.removeAll(definitions.propertyNames());
        return new McpServers(
                Stream.concat(left.stream(), names.stream()).distinct().toList(), merged);
    }

    /** Returns the definitions of all, those of the named ones from {@code configured}; leaves out what it lacks. */
    public ObjectNode definedBy(ObjectNode configured) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        names.stream().filter(configured::has).forEach(name -> all.set(name, configured.get(name)));
        return all.setAll(definitions);
    }

    /** Leaves nothing of the definitions but their names: how servers are reached may hold secrets. */
    McpServers withoutSecrets() {
        ObjectNode bare = JsonNodeFactory.instance.objectNode();
        definitions.propertyNames().forEach(bare::putObject);
        return new McpServers(names, bare);
    }

    @Override
    public String toString() {
        return "McpServers[" + names.size() + " named, " + definitions.size() + " defined]";
    }
}
