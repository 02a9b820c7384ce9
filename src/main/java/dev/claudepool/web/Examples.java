package dev.claudepool.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds examples to the description of the API: {@code openapi/examples.json} has them by operation, the body of the
 * request as {@code request} and those of answers by their status.
 */
class Examples implements OpenApiCustomizer {

    private static final String FILE = "/openapi/examples.json";

    private final JsonMapper json;

    Examples(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void customise(OpenAPI api) {
        JsonNode examples = read();
        SchemaParts.operations(api).forEach(operation -> add(examples.path(operation.getOperationId()), operation));
    }

    private void add(JsonNode examples, Operation operation) {
        if (operation.getRequestBody() != null) {
            add(examples.path("request"), operation.getRequestBody().getContent());
        }
        operation.getResponses().forEach((status, response) -> add(examples.path(status), response.getContent()));
    }

    private void add(JsonNode example, @Nullable Content content) {
        if (content != null && !example.isMissingNode()) {
            Object plain = json.treeToValue(example, Object.class); // the library writes no trees of this Jackson
            content.forEach((type, media) -> {
                if (type.endsWith("json")) {
                    media.setExample(plain);
                }
            });
        }
    }

    private JsonNode read() {
        try (InputStream in = Objects.requireNonNull(Examples.class.getResourceAsStream(FILE))) {
            return json.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
