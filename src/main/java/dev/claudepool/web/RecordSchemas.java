package dev.claudepool.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says in the description of the API what the records say: a component that is {@code @Nullable} may be null, and an
 * answer has every component. What clients send requires only what {@code @Schema(requiredProperties)} names; all else
 * may be left out or null.
 */
@Order(Ordered.HIGHEST_PRECEDENCE) // others copy what this has described
@SuppressWarnings("rawtypes") // as the library declares the map of schemas
class RecordSchemas implements ModelConverter, OpenApiCustomizer {

    private static final String NULL = "null";
    private static final String REFERENCE = "#/components/schemas/";

    /** The records by the names of their schemas. */
    private final Map<String, Class<?>> records = new ConcurrentHashMap<>();

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        JavaType java = Json.mapper().constructType(type.getType());
        if (schema != null && java != null && java.getRawClass().isRecord()) {
            String name = schema.get$ref() == null ? schema.getName() : nameIn(schema.get$ref());
            if (name != null) {
                records.put(name, java.getRawClass());
            }
        }
        return schema;
    }

    @Override
    public void customise(OpenAPI api) {
        Map<String, Schema> schemas = api.getComponents().getSchemas();
        Set<String> sent = sentByClients(api, schemas);
        records.forEach((name, type) -> {
            Schema<?> schema = schemas.get(name);
            if (schema != null && schema.getProperties() != null) {
                boolean answered = !sent.contains(name);
                describe(schema, type, answered);
            }
        });
    }

    private static void describe(Schema<?> schema, Class<?> type, boolean answered) {
        Set<String> required = new LinkedHashSet<>(Objects.requireNonNullElseGet(schema.getRequired(), List::of));
        components(type).forEach(component -> {
            String property = component.getName();
            Schema<?> value = schema.getProperties().get(property);
            if (value == null) {
                return;
            }
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (nullable || (!answered && !required.contains(property))) {
                schema.getProperties().put(property, orNull(value));
            }
            if (answered && !mayBeLeftOut(component)) {
                required.add(property);
            }
        });
        schema.setRequired(
                required.isEmpty() ? null : required.stream().sorted().toList());
    }

    /** Returns the components that are members of the JSON object. */
    private static Stream<RecordComponent> components(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .flatMap(component -> component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
                        ? components(component.getType())
                        : Stream.of(component));
    }

    private static boolean mayBeLeftOut(RecordComponent component) {
        JsonInclude own = component.getAccessor().getAnnotation(JsonInclude.class);
        JsonInclude all = component.getDeclaringRecord().getAnnotation(JsonInclude.class);
        JsonInclude include = own == null ? all : own;
        return include != null && include.value() != JsonInclude.Include.ALWAYS;
    }

    private static Schema<?> orNull(Schema<?> value) {
        if (value.get$ref() != null) {
            Schema<?> either = new Schema<>();
            either.setDescription(value.getDescription());
            value.setDescription(null);
            either.setAnyOf(List.of(value, new Schema<>().types(Set.of(NULL))));
            return either;
        }
        if (value.getTypes() != null) {
            Set<String> types = new LinkedHashSet<>(value.getTypes());
            types.add(NULL);
            value.setTypes(types);
            addNullTo(value);
        }
        return value;
    }

    private static <T> void addNullTo(Schema<T> value) {
        if (value.getEnum() != null && !value.getEnum().contains(null)) {
            List<T> values = new ArrayList<>(value.getEnum());
            values.add(null);
            value.setEnum(values);
        }
    }

    /** Returns the schemas of request bodies, with all that they refer to. */
    private static Set<String> sentByClients(OpenAPI api, Map<String, Schema> schemas) {
        Set<String> found = new HashSet<>();
        Deque<Schema<?>> open = new ArrayDeque<>();
        api.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .map(Operation::getRequestBody)
                .filter(Objects::nonNull)
                .forEach(body -> bodies(body.getContent()).forEach(open::add));
        while (!open.isEmpty()) {
            Schema<?> next = open.remove();
            if (next.get$ref() != null && found.add(nameIn(next.get$ref()))) {
                Schema<?> referred = schemas.get(nameIn(next.get$ref()));
                if (referred != null) {
                    open.add(referred);
                }
            }
            parts(next).forEach(open::add);
        }
        return found;
    }

    private static Stream<Schema<?>> bodies(@Nullable Content content) {
        return content == null
                ? Stream.empty()
                : content.values().stream()
                        .<Schema<?>>map(media -> media.getSchema())
                        .filter(Objects::nonNull);
    }

    private static Stream<Schema<?>> parts(Schema<?> schema) {
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

    private static String nameIn(String reference) {
        return reference.substring(REFERENCE.length());
    }
}
