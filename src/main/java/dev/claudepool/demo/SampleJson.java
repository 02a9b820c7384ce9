package dev.claudepool.demo;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes up a value that fits a simple JSON schema. */
final class SampleJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private SampleJson() {}

    static ObjectNode of(JsonNode schema) {
        ObjectNode sample = JSON.objectNode();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            sample.set(property.getKey(), value(property.getValue()));
        }
        return sample;
    }

    private static JsonNode value(JsonNode schema) {
        if (!schema.path("enum").isEmpty()) {
            return schema.path("enum").path(0);
        }
        return switch (schema.path("type").asString("")) {
            case "object" -> of(schema);
            case "array" -> JSON.arrayNode().add(value(schema.path("items")));
            case "integer", "number" ->
                JSON.numberNode(Math.max(1, schema.path("minimum").asInt(1)));
            case "boolean" -> JSON.booleanNode(true);
            case "null" -> JSON.nullNode();
            default -> JSON.stringNode("demo");
        };
    }
}
