package dev.claudepool.web;

import dev.claudepool.problem.Details;
import dev.claudepool.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.regex.Pattern;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses parameters that Spring would misunderstand: a name such as {@code limit.class}, which it takes as a path into
 * a value, and a blank value, which it takes as none where a type has no blank one.
 */
final class ParameterRules implements HandlerInterceptor {

    private static final Pattern PATH = Pattern.compile("[.\\[]");
    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final TypeDescriptions expectations;

    ParameterRules(TypeDescriptions expectations) {
        this.expectations = expectations;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getPackageName().startsWith("dev.claudepool")) {
            Collections.list(request.getParameterNames()).forEach(ParameterRules::verifyName);
            for (MethodParameter parameter : method.getMethodParameters()) {
                if (parameter.hasParameterAnnotation(RequestParam.class)) {
                    parameter.initParameterNameDiscovery(NAMES);
                    verifyValue(request, parameter);
                }
            }
        }
        return true;
    }

    private static void verifyName(String name) {
        if (PATH.matcher(name).find()) {
            throw ProblemException.invalid(Details.quoted(name), "is not known here");
        }
    }

    private void verifyValue(HttpServletRequest request, MethodParameter parameter) {
        String name = ParameterName.of(parameter);
        String value = request.getParameter(name);
        if (value != null && value.isBlank() && parameter.getParameterType() != String.class) {
            throw ProblemException.invalid(name, expectations.of(parameter.getParameterType()));
        }
    }
}
