package dev.claudepool.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes the description of the API apart. */
final class SchemaParts {

    private static final String REFERENCE = "#/components/schemas/";

    private SchemaParts() {}

    static Stream<Operation> operations(OpenAPI api) {
        return api.getPaths().values().stream().flatMap(path -> path.readOperations().stream());
    }

    /** Returns the schemas that {@code schema} consists of; those that it refers to are not among them. */
    static Stream<Schema<?>> of(Schema<?> schema) {
        Stream<Schema<?>> properties = schema.getProperties() == null
                ? Stream.empty()
                : schema.getProperties().values().stream().map(property -> (Schema<?>) property);
        Stream<Schema<?>> items = Stream.ofNullable(schema.getItems());
        Stream<Schema<?>> values =
                schema.getAdditionalProperties() instanceof Schema<?> value ? Stream.of(value) : Stream.empty();
        Stream<Schema<?>> choices = Stream.of(schema.getAnyOf(), schema.getOneOf(), schema.getAllOf())
                .filter(Objects::nonNull)
                .flatMap(Collection::stream)
                .map(choice -> (Schema<?>) choice);
        return Stream.of(properties, items, values, choices).flatMap(parts -> parts);
    }

    /** Returns the names of the schemas to which answers or other schemas refer. */
    static Set<String> referredTo(OpenAPI api) {
        Stream<Schema<?>> components =
                api.getComponents().getSchemas().values().stream().map(schema -> (Schema<?>) schema);
        Stream<Schema<?>> answers = operations(api)
                .flatMap(operation -> operation.getResponses().values().stream())
                .map(ApiResponse::getContent)
                .filter(Objects::nonNull)
                .flatMap(content -> content.values().stream())
                .<Schema<?>>map(media -> media.getSchema())
                .filter(Objects::nonNull);
        return Stream.concat(components, answers)
                .flatMap(SchemaParts::deep)
                .map(Schema::get$ref)
                .filter(Objects::nonNull)
                .map(SchemaParts::nameIn)
                .collect(Collectors.toSet());
    }

    private static Stream<Schema<?>> deep(Schema<?> schema) {
        return Stream.concat(Stream.of(schema), of(schema).flatMap(SchemaParts::deep));
    }

    /** Returns what refers to the component of this name. */
    static String reference(String name) {
        return REFERENCE + name;
    }

    /** Returns the name of the component to which {@code reference} points. */
    static String nameIn(String reference) {
        return reference.substring(REFERENCE.length());
    }
}
