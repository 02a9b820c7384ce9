package dev.claudepool.web;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of requests: that of the API, but strict about what parsers read differently or cannot keep. It refuses
 * members that are given twice, numbers that a double cannot hold, and halves of surrogate pairs.
 */
final class RequestJson {

    private RequestJson() {}

    static JsonMapper mapper(JsonMapper api) {
        return api.rebuild()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .addModule(new SimpleModule("strict-requests")
                        .addDeserializer(String.class, new UnicodeText())
                        .addKeyDeserializer(String.class, new UnicodeName())
                        .addDeserializer(JsonNode.class, new FreeForm<>(api, JsonNode.class))
                        .addDeserializer(ObjectNode.class, new FreeForm<>(api, ObjectNode.class)))
                .build();
    }

    private static void verifyText(String text, @Nullable JsonParser parser) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new RefusedValueException(parser, "must be valid Unicode");
        }
    }

    /** A string that UTF-8 can encode. */
    private static final class UnicodeText extends StringDeserializer {

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) {
            String text = super.deserialize(parser, context);
            verifyText(text, parser);
            return text;
        }
    }

    /** The name of a member of a map, likewise. */
    private static final class UnicodeName extends KeyDeserializer {

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            verifyText(key, context.getParser());
            return key;
        }
    }

    /** JSON of any form whose numbers and strings can be kept. */
    private static final class FreeForm<T extends JsonNode> extends StdDeserializer<T> {

        private final ObjectReader tree;

        FreeForm(JsonMapper api, Class<T> type) {
            super(type);
            // What follows belongs to the document around it.
            this.tree = api.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            T value = tree.readValue(parser);
            verify(value, parser);
            return value;
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            return handledType() == JsonNode.class ? JsonNodeFactory.instance.nullNode() : null;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }

        private static void verify(JsonNode node, JsonParser parser) {
            if (node.isString()) {
                verifyText(node.stringValue(), parser);
            } else if (node.isFloatingPointNumber() && !Double.isFinite(node.asDouble(Double.NaN))) {
                throw new RefusedValueException(parser, "is out of range");
            }
            node.properties().forEach(member -> {
                verifyText(member.getKey(), parser);
                try {
                    verify(member.getValue(), parser);
                } catch (JacksonException e) {
                    throw e.prependPath(node, member.getKey());
                }
            });
            for (int index = 0; node.isArray() && index < node.size(); index++) {
                try {
                    verify(node.get(index), parser);
                } catch (JacksonException e) {
                    throw e.prependPath(node, index);
                }
            }
        }
    }
}
