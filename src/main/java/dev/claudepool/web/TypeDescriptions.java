package dev.claudepool.web;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/** Says what a value of some Java type must look like, in words for clients: never a class name, never the value. */
final class TypeDescriptions {

    private static final Set<Class<?>> WHOLE =
            Set.of(Integer.class, Long.class, Short.class, Byte.class, BigInteger.class);
    private static final Set<Class<?>> DECIMAL = Set.of(Double.class, Float.class, BigDecimal.class);

    private final JsonMapper json;

    TypeDescriptions(JsonMapper json) {
        this.json = json;
    }

    String of(@Nullable Class<?> type) {
        if (type == null) {
            return "is not valid";
        }
        Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
        if (boxed.isEnum()) {
            return "must be one of " + names(boxed);
        } else if (WHOLE.contains(boxed)) {
            return "must be a whole number";
        } else if (DECIMAL.contains(boxed)) {
            return "must be a number";
        } else if (boxed == Boolean.class) {
            return "must be true or false";
        } else if (boxed == UUID.class) {
            return "must be a UUID";
        } else if (boxed == Duration.class) {
            return "must be a duration such as PT30S";
        } else if (boxed == Instant.class) {
            return "must be a time such as 2026-01-31T12:00:00Z";
        } else if (boxed == URI.class) {
            return "must be a URI";
        } else if (CharSequence.class.isAssignableFrom(boxed)) {
            return "must be a string";
        } else if (boxed.isArray() || Collection.class.isAssignableFrom(boxed)) {
            return "must be an array";
        } else if (boxed.isRecord() || Map.class.isAssignableFrom(boxed)) {
            return "must be an object";
        }
        return "is not valid";
    }

    private String names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> json.valueToTree(constant).asString())
                .collect(Collectors.joining(", "));
    }
}
