package dev.claudepool.submit;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Describes how long an {@code Idempotency-Key} may be, wherever it is taken. */
@Component
class IdempotencyKeyParameter implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        api.getPaths().values().stream()
                .map(PathItem::readOperations)
                .flatMap(operations -> operations.stream())
                .flatMap(operation -> Stream.ofNullable(operation.getParameters()))
                .flatMap(parameters -> parameters.stream())
                .filter(parameter -> parameter.getName().equals(Idempotency.HEADER))
                .forEach(parameter -> parameter.getSchema().minLength(1).maxLength(Idempotency.LONGEST_KEY));
    }
}
