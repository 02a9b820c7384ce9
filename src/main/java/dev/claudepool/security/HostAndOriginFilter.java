package dev.claudepool.security;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses foreign names and foreign web pages before anything else looks at a request, WebSocket handshakes included.
 */
@Component
@Order(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 1)
class HostAndOriginFilter extends OncePerRequestFilter {

    private final HostPolicy hosts;
    private final OriginPolicy origins;
    private final ProblemWriter problems;

    HostAndOriginFilter(HostPolicy hosts, OriginPolicy origins, ProblemWriter problems) {
        this.hosts = hosts;
        this.origins = origins;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!hosts.allows(request.getHeader(HttpHeaders.HOST))) {
            problems.write(request, response, forbidden("The Host is not one of claude-pool.security.allowed-hosts"));
        } else if (!origins.allows(request)) {
            problems.write(
                    request, response, forbidden("The Origin is not one of claude-pool.security.allowed-origins"));
        } else {
            chain.doFilter(request, response);
        }
    }

    private static ProblemException forbidden(String detail) {
        return new ProblemException(ProblemCode.FORBIDDEN, detail);
    }
}
