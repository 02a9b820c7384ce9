package dev.claudepool.acceptance;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ContainerNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes random values that fit a schema of the description, as far as that is easy, and values that almost do. */
final class SchemaValues {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 8;
    private static final int MOST_KNOWN = 100;
    private static final int LONGEST_PARAMETER = 600;

    private static final List<String> TEXTS = Stream.of(
                    "", " ", "a", "b", "slot-0", "slot-1", "Read", "Bash(git *)", "fresh", "slot", "opus", "nightly")
            .toList();
    private static final List<String> ODD_TEXTS = List.of(
            "é",
            "😀",
            "\u0000",
            "\u202e",
            "null",
            "-1",
            "{previous_output}",
            "{steps.a.output}",
            "{error}",
            "result.items[0].name",
            "../..",
            "%00",
            "a'; drop table task; --",
            "a".repeat(64),
            "a".repeat(65),
            "x".repeat(3000));
    private static final List<String> TIMES = List.of(
            "2031-01-31T18:00:00Z", "2026-01-31T12:00:00+14:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z");
    private static final List<String> DURATIONS = List.of("PT0S", "PT1S", "PT0.5S", "PT10M", "P1D", "P30D", "-PT1S");
    private static final List<BigDecimal> NUMBERS = Stream.of(
                    "0", "0.000000001", "0.5", "1", "10", "1000000", "1000000000", "-1", "0.1234567891", "1e400")
            .map(BigDecimal::new)
            .toList();

    private final ApiDescription api;
    private final Random random;
    private final List<String> known;

    /** @param known ids of what there is */
    SchemaValues(ApiDescription api, Random random, List<String> known) {
        this.api = api;
        this.random = random;
        this.known = known;
    }

    JsonNode of(JsonNode schema) {
        return of(schema, 0);
    }

    private JsonNode of(JsonNode described, int depth) {
        JsonNode schema = api.resolved(described);
        if (schema.has("anyOf") || schema.has("oneOf")) {
            return of(one(list(schema.has("anyOf") ? schema.path("anyOf") : schema.path("oneOf"))), depth);
        } else if (schema.has("enum")) {
            return one(list(schema.path("enum")));
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? one(list(type)).asString() : type.asString("any")) {
            case "null" -> JSON.nullNode();
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "integer" -> JSON.numberNode(integer(schema));
            case "number" -> JSON.numberNode(one(NUMBERS));
            case "array" -> array(schema, depth);
            case "object" -> object(schema, depth);
            case "string" -> JSON.stringNode(text(schema));
            default -> odd();
        };
    }

    private long integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(-2);
        long most = schema.path("maximum").asLong(1_000);
        return one(List.of(least, least + 1, most, (least + most) / 2, Math.min(most, Math.max(least, 1))));
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        int size = Math.max(schema.path("minItems").asInt(0), random.nextInt(3));
        for (int i = 0; i < size && depth < DEEPEST; i++) {
            array.add(of(schema.path("items"), depth + 1));
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required =
                list(schema.path("required")).stream().map(JsonNode::asString).toList();
        double share = random.nextDouble() * 0.5;
        schema.path("properties").properties().forEach(property -> {
            if (required.contains(property.getKey()) || (random.nextDouble() < share && depth < DEEPEST)) {
                object.set(property.getKey(), of(property.getValue(), depth + 1));
            }
        });
        JsonNode values = schema.path("additionalProperties");
        for (int i = random.nextInt(3); i > 0 && values.isObject(); i--) {
            object.set(one(TEXTS), of(values, depth + 1));
        }
        return object;
    }

    private String text(JsonNode schema) {
        if (schema.has("pattern")) {
            Pattern pattern = Pattern.compile(schema.path("pattern").asString());
            List<String> fitting = Stream.concat(TEXTS.stream(), ODD_TEXTS.stream())
                    .filter(text -> pattern.matcher(text).find())
                    .toList();
            return one(fitting);
        }
        return switch (schema.path("format").asString("")) {
            case "uuid" -> id();
            case "date-time" -> one(TIMES);
            case "duration" -> one(DURATIONS);
            default -> {
                String text = random.nextInt(4) > 0 ? one(TEXTS) : one(ODD_TEXTS);
                yield text.length() < schema.path("minLength").asInt(0) ? "a" : text;
            }
        };
    }

    /** Returns mostly the id of something that there is. */
    String id() {
        List<String> latest = known.subList(Math.max(0, known.size() - MOST_KNOWN), known.size());
        return latest.isEmpty() || random.nextInt(10) == 0
                ? new UUID(random.nextLong(), random.nextLong()).toString()
                : one(latest);
    }

    /** Changes something somewhere in {@code value}, so that it may not fit any more. */
    JsonNode spoiled(JsonNode value) {
        List<ContainerNode<?>> containers = new ArrayList<>();
        collect(value, containers);
        if (containers.isEmpty() || random.nextInt(10) == 0) {
            return odd();
        }
        switch (one(containers)) {
            case ObjectNode object -> {
                List<String> names = List.copyOf(object.propertyNames());
                String name = names.isEmpty() || random.nextInt(6) == 0 ? one(TEXTS) : one(names);
                if (random.nextInt(4) == 0) {
                    object.remove(name);
                } else {
                    object.set(name, odd());
                }
            }
            case ArrayNode array -> array.add(odd());
            default -> {}
        }
        return value;
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> containers) {
        if (node instanceof ContainerNode<?> container) {
            containers.add(container);
            node.forEach(part -> collect(part, containers));
        }
    }

    private JsonNode odd() {
        return switch (random.nextInt(9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(true);
            case 2 -> JSON.numberNode(one(List.of(-1L, 0L, 2_147_483_648L, Long.MAX_VALUE, Long.MIN_VALUE)));
            case 3 -> JSON.numberNode(one(NUMBERS));
            case 4 -> JSON.arrayNode().add(one(TEXTS));
            case 5 -> JSON.arrayNode().addNull();
            case 6 -> JSON.objectNode().put(one(TEXTS), one(ODD_TEXTS));
            case 7 -> JSON.stringNode("y".repeat(100_001));
            default -> JSON.stringNode(one(ODD_TEXTS));
        };
    }

    /** Returns mostly what fits. */
    String parameter(JsonNode schema) {
        JsonNode value = random.nextInt(6) > 0 ? of(schema) : odd();
        String text = value.isContainer() ? value.path(0).asString("") : value.asString("");
        return text.length() > LONGEST_PARAMETER ? text.substring(0, LONGEST_PARAMETER) : text;
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static List<JsonNode> list(JsonNode array) {
        return array.valueStream().toList();
    }
}
