package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.servlet.filter.OrderedFilter;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies that are not JSON, on every path: the container would read a form as parameters, and Spring fails on
 * media types with wildcards. Refuses what is no media type in {@code Accept}, too. It comes after the security
 * filters, as {@link RequestSizeFilter} does.
 */
@Component
@Order(OrderedFilter.REQUEST_WRAPPER_FILTER_MAX_ORDER)
class MediaTypeFilter extends OncePerRequestFilter {

    private final ProblemWriter problems;

    MediaTypeFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String type = request.getContentType();
        if ((hasBody(request) || hasWildcard(type)) && !isJson(type)) {
            problems.write(request, response, unsupported("Send application/json"));
        } else if (hasBody(request) && isEncoded(request.getHeader(HttpHeaders.CONTENT_ENCODING))) {
            problems.write(request, response, unsupported("Send the body without a Content-Encoding"));
        } else if (!areMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)))) {
            problems.write(
                    request,
                    response,
                    new ProblemException(ProblemCode.NOT_ACCEPTABLE, "Send a valid Accept header, or none"));
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private static boolean hasWildcard(@Nullable String type) {
        return type != null && type.contains("*");
    }

    private static boolean isJson(@Nullable String text) {
        if (text == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(text);
            return type.isConcrete()
                    && (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
                            || new MediaType("application", "*+json").includes(type));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static boolean areMediaTypes(List<String> accepted) {
        try {
            MediaType.parseMediaTypes(accepted);
            return true;
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static boolean isEncoded(@Nullable String encoding) {
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    private static ProblemException unsupported(String detail) {
        return new ProblemException(ProblemCode.UNSUPPORTED_MEDIA_TYPE, detail);
    }
}
