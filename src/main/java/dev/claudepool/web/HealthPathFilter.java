package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.boot.servlet.filter.OrderedFilter;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Answers 404 below the parts of the health, where there is nothing, and where Spring Boot fails on unknown names. */
@Component
@Order(OrderedFilter.REQUEST_WRAPPER_FILTER_MAX_ORDER)
class HealthPathFilter extends OncePerRequestFilter {

    private static final Pattern BELOW_PARTS = Pattern.compile("/actuator/health/[^/]+/.+");

    private final ProblemWriter problems;

    HealthPathFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (BELOW_PARTS.matcher(request.getRequestURI()).matches()) {
            problems.write(
                    request, response, new ProblemException(ProblemCode.NOT_FOUND, ProblemCode.NOT_FOUND.title()));
        } else {
            chain.doFilter(request, response);
        }
    }
}
