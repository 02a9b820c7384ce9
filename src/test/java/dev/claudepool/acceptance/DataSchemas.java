package dev.claudepool.acceptance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.github.therapi.runtimejavadoc.ClassJavadoc;
import com.github.therapi.runtimejavadoc.Comment;
import com.github.therapi.runtimejavadoc.CommentFormatter;
import com.github.therapi.runtimejavadoc.ParamJavadoc;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import dev.claudepool.budget.Money;
import dev.claudepool.web.ApiJson;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes JSON schemas of the records that become the data of events, with their Javadoc as descriptions. */
final class DataSchemas {

    private static final Set<Class<?>> WHOLE = Set.of(int.class, long.class, Integer.class, Long.class);
    private static final CommentFormatter TEXT = new CommentFormatter();

    private DataSchemas() {}

    /**
     * The schema of a record; of one with optional parts that stand beside its own members, the schema of any of its
     * forms.
     */
    static Map<String, Object> of(Class<?> record) {
        List<Class<?>> forms = Stream.of(record.getRecordComponents())
                .filter(component -> isUnwrapped(component) && isNullable(component))
                .<Class<?>>map(RecordComponent::getType)
                .toList();
        if (forms.size() < 2) {
            return object(record, forms);
        }
        Map<String, Object> schema = described(RuntimeJavadoc.getJavadoc(record).getComment());
        schema.put(
                "oneOf",
                forms.stream().map(form -> object(record, List.of(form))).toList());
        return schema;
    }

    /** @param parts the optional parts whose members it has; where it is the only one, it may lack them */
    private static Map<String, Object> object(Class<?> record, List<Class<?>> parts) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        add(record, parts, true, properties, required);
        Map<String, Object> schema = described(RuntimeJavadoc.getJavadoc(parts.isEmpty() ? record : parts.getFirst())
                .getComment());
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", required);
        schema.put("additionalProperties", false);
        return schema;
    }

    private static void add(
            Class<?> record,
            List<Class<?>> parts,
            boolean always,
            Map<String, Object> properties,
            List<String> required) {
        ClassJavadoc javadoc = RuntimeJavadoc.getJavadoc(record);
        boolean single = Stream.of(record.getRecordComponents())
                        .filter(component -> isUnwrapped(component) && isNullable(component))
                        .count()
                == 1;
        for (RecordComponent component : record.getRecordComponents()) {
            if (isUnwrapped(component)) {
                if (!isNullable(component) || parts.contains(component.getType())) {
                    boolean certain = always && !(isNullable(component) && single);
                    add(component.getType(), parts, certain, properties, required);
                }
                continue;
            }
            Map<String, Object> schema = described(comment(javadoc, component.getName()));
            schema.putAll(valueOf(component.getGenericType()));
            boolean leftOut = isLeftOutWhenNull(component, record);
            properties.put(component.getName(), isNullable(component) && !leftOut ? orNull(schema) : schema);
            if (always && !leftOut) {
                required.add(component.getName());
            }
        }
    }

    private static boolean isUnwrapped(RecordComponent component) {
        return component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static boolean isLeftOutWhenNull(RecordComponent component, Class<?> record) {
        JsonInclude own = component.getAccessor().getAnnotation(JsonInclude.class);
        JsonInclude include = own == null ? record.getAnnotation(JsonInclude.class) : own;
        return include != null && isNullable(component);
    }

    private static Map<String, Object> valueOf(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? schema("array", "items", valueOf(arguments[0]))
                    : schema("object", "additionalProperties", valueOf(arguments[1]));
        }
        Class<?> simple = (Class<?>) type;
        if (simple == String.class) {
            return Map.of("type", "string");
        } else if (simple == UUID.class) {
            return schema("string", "format", "uuid");
        } else if (simple == Instant.class) {
            return schema("string", "format", "date-time");
        } else if (simple == boolean.class || simple == Boolean.class) {
            return Map.of("type", "boolean");
        } else if (simple == Money.class || simple == BigDecimal.class) {
            return Map.of("type", "number");
        } else if (WHOLE.contains(simple)) {
            return Map.of("type", "integer");
        } else if (simple.isEnum()) {
            return schema(
                    "string",
                    "enum",
                    Arrays.stream(simple.getEnumConstants())
                            .map(constant ->
                                    ApiJson.mapper().valueToTree(constant).asString())
                            .toList());
        } else if (simple.isRecord()) {
            return of(simple);
        }
        throw new IllegalArgumentException("No schema is known for " + type);
    }

    private static Map<String, Object> schema(String type, String name, Object value) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        schema.put(name, value);
        return schema;
    }

    private static Map<String, Object> orNull(Map<String, Object> schema) {
        Map<String, Object> either = new LinkedHashMap<>(schema);
        if (schema.get("type") instanceof String type) {
            either.put("type", List.of(type, "null"));
            if (schema.get("enum") instanceof List<?> values) {
                List<@Nullable Object> withNull = new ArrayList<>(values);
                withNull.add(null);
                either.put("enum", withNull);
            }
        }
        return either;
    }

    private static Comment comment(ClassJavadoc javadoc, String component) {
        return javadoc.getRecordComponents().stream()
                .filter(parameter -> parameter.getName().equals(component))
                .map(ParamJavadoc::getComment)
                .findFirst()
                .orElseGet(Comment::createEmpty);
    }

    private static Map<String, Object> described(Comment comment) {
        Map<String, Object> schema = new LinkedHashMap<>();
        String text = TEXT.format(comment).replaceAll("</?code>", "`").replaceAll("\\s+", " ");
        if (!text.isBlank()) {
            schema.put("description", text);
        }
        return schema;
    }
}
