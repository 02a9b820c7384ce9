package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.boot.servlet.filter.OrderedFilter;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies above {@code claude-pool.web.max-request-size}: at once where the length is announced, else as soon as
 * that much was read. Refuses those, too, that take too long. It comes after the security filters, so that strangers
 * learn nothing about limits.
 */
@Component
@Order(OrderedFilter.REQUEST_WRAPPER_FILTER_MAX_ORDER)
class RequestSizeFilter extends OncePerRequestFilter {

    private final DataSize limit;
    private final Duration timeout;
    private final ProblemWriter problems;

    RequestSizeFilter(WebProperties properties, ProblemWriter problems) {
        this.limit = properties.maxRequestSize();
        this.timeout = properties.bodyTimeout();
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long announced = request.getContentLengthLong();
        if (announced > limit.toBytes()) {
            problems.write(request, response, tooLarge(limit));
        } else {
            chain.doFilter(announced == 0 ? request : new LimitedRequest(request, limit, timeout), response);
        }
    }

    static ProblemException tooSlow(Duration timeout) {
        return new ProblemException(
                ProblemCode.REQUEST_TIMEOUT, "A request body may take at most " + timeout + " to arrive");
    }

    static ProblemException tooLarge(DataSize limit) {
        return new ProblemException(
                ProblemCode.PAYLOAD_TOO_LARGE, "A request body may have at most " + limit.toBytes() + " bytes");
    }
}
