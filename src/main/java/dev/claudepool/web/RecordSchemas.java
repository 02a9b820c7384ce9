package dev.claudepool.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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

    /** The records by the names of their schemas. */
    private final Map<String, Class<?>> records = new ConcurrentHashMap<>();

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        JavaType java = Json.mapper().constructType(type.getType());
        if (schema != null && java != null && java.getRawClass().isRecord()) {
            String name = schema.get$ref() == null ? schema.getName() : SchemaParts.nameIn(schema.get$ref());
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
            String property = nameOf(component);
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

    private static String nameOf(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }

    private static boolean mayBeLeftOut(RecordComponent component) {
        JsonInclude own = component.getAccessor().getAnnotation(JsonInclude.class);
        JsonInclude all = component.getDeclaringRecord().getAnnotation(JsonInclude.class);
        JsonInclude include = own == null ? all : own;
        return include != null && include.value() != JsonInclude.Include.ALWAYS;
    }

    private static Schema<?> orNull(Schema<?> value) {
        if (value.getOneOf() != null) {
            return either(value, value.getOneOf().stream().map(choice -> (Schema<?>) choice));
        } else if (value.get$ref() != null) {
            return either(value, Stream.of(new Schema<>().$ref(value.get$ref())));
        }
        if (value.getTypes() != null) {
            Set<String> types = new LinkedHashSet<>(value.getTypes());
            types.add(NULL);
            value.setTypes(types);
            addNullTo(value);
        }
        return value;
    }

    /** One of {@code choices} or null, with the description of {@code value}. */
    private static Schema<?> either(Schema<?> value, Stream<Schema<?>> choices) {
        Schema<?> either = new Schema<>();
        either.setDescription(value.getDescription());
        Stream.concat(choices, Stream.of(new Schema<>().types(Set.of(NULL)))).forEach(either::addAnyOfItem);
        return either;
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
        SchemaParts.operations(api)
                .map(Operation::getRequestBody)
                .filter(Objects::nonNull)
                .forEach(body -> bodies(body.getContent()).forEach(open::add));
        while (!open.isEmpty()) {
            Schema<?> next = open.remove();
            if (next.get$ref() != null && found.add(SchemaParts.nameIn(next.get$ref()))) {
                Schema<?> referred = schemas.get(SchemaParts.nameIn(next.get$ref()));
                if (referred != null) {
                    open.add(referred);
                }
            }
            SchemaParts.of(next).forEach(open::add);
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
}
