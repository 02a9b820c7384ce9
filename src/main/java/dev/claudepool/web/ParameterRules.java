package dev.claudepool.web;

import dev.claudepool.problem.Details;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.problem.SimilarNames;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses query parameters that Spring would ignore or misunderstand: an unknown name, so that a typo is no default; a
 * parameter that is given twice, whose values Spring would join, unless it takes several; and a blank value, which it
 * takes as none where a type has no blank one. Thread-safe.
 */
final class ParameterRules implements HandlerInterceptor {

    private static final int MOST_EDITS = 2;
    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final TypeDescriptions descriptions;
    /** The parameters of each method, by name, with their types. */
    private final Map<Method, Map<String, Class<?>>> known = new ConcurrentHashMap<>();

    ParameterRules(TypeDescriptions descriptions) {
        this.descriptions = descriptions;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getPackageName().startsWith("dev.claudepool")) {
            Map<String, Class<?>> types = known.computeIfAbsent(method.getMethod(), _ -> parameters(method));
            request.getParameterMap().forEach((name, values) -> verify(name, values, types));
        }
        return true;
    }

    private static Map<String, Class<?>> parameters(HandlerMethod method) {
        Map<String, Class<?>> types = new TreeMap<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            if (parameter.hasParameterAnnotation(RequestParam.class)) {
                parameter.initParameterNameDiscovery(NAMES);
                types.put(ParameterName.of(parameter), parameter.getParameterType());
            } else if (parameter.hasParameterAnnotation(ParameterObject.class)) {
                Stream.of(parameter.getParameterType().getRecordComponents())
                        .forEach(component -> types.put(component.getName(), component.getType()));
            }
        }
        return types;
    }

    private void verify(String name, String[] values, Map<String, Class<?>> types) {
        Class<?> type = types.get(name);
        if (type == null) {
            throw ProblemException.invalid(Details.quoted(name), "is not known here" + hint(name, types.keySet()));
        }
        if (type == List.class) {
            if (Stream.of(values).anyMatch(String::isBlank)) {
                throw ProblemException.invalid(name, "must not be blank");
            }
        } else if (values.length > 1) {
            throw ProblemException.invalid(name, "must be given only once");
        } else if (values[0].isBlank() && type != String.class) {
            throw ProblemException.invalid(name, descriptions.of(type));
        }
    }

    private static String hint(String name, Set<String> known) {
        if (known.isEmpty()) {
            return "; there are no query parameters";
        }
        return SimilarNames.nearest(name, known, MOST_EDITS)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElseGet(() -> "; known are " + String.join(", ", known));
    }
}
