package dev.claudepool.web;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** Finds the name by which clients know a parameter of a controller's method. */
final class ParameterName {

    private ParameterName() {}

    static String of(MethodParameter parameter) {
        if (parameter.hasParameterAnnotation(RequestBody.class)) {
            return "body";
        }
        RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
        PathVariable path = parameter.getParameterAnnotation(PathVariable.class);
        RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
        return Stream.of(
                        nonEmpty(query == null ? "" : query.name()),
                        nonEmpty(path == null ? "" : path.name()),
                        nonEmpty(header == null ? "" : header.name()),
                        nonEmpty(parameter.getParameterName()))
                .flatMap(Stream::ofNullable)
                .findFirst()
                .orElse("request");
    }

    private static @Nullable String nonEmpty(@Nullable String name) {
        return Objects.requireNonNullElse(name, "").isEmpty() ? null : name;
    }
}
