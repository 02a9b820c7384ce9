package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;

/** Turns a problem into what goes over the wire: headers and body. */
final class Problems {

    private Problems() {}

    static ProblemDetail body(ProblemException problem, String requestUri) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(problem.code().status(), problem.detail());
        body.setType(problem.code().type());
        body.setTitle(problem.code().title());
        body.setInstance(instance(requestUri));
        body.setProperty("code", problem.code().code());
        if (!problem.errors().isEmpty()) {
            body.setProperty("errors", problem.errors());
        }
        problem.properties().forEach(body::setProperty);
        return body;
    }

    static HttpHeaders headers(ProblemException problem) {
        HttpHeaders headers = new HttpHeaders();
        problem.retryAfter().ifPresent(delay -> headers.set(HttpHeaders.RETRY_AFTER, seconds(delay)));
        problem.location().ifPresent(headers::setLocation);
        return headers;
    }

    /**
     * The code that stands for a status which the container or the framework chose. They answer 501 and 505 where a
     * client asks for a method, transfer encoding or version of HTTP that they do not know: that is its mistake.
     */
    static ProblemCode codeOf(int status) {
        return Stream.of(
                        ProblemCode.UNAUTHORIZED,
                        ProblemCode.FORBIDDEN,
                        ProblemCode.NOT_FOUND,
                        ProblemCode.METHOD_NOT_ALLOWED,
                        ProblemCode.NOT_ACCEPTABLE,
                        ProblemCode.CONFLICT,
                        ProblemCode.PAYLOAD_TOO_LARGE,
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        ProblemCode.NO_SLOTS_AVAILABLE)
                .filter(code -> code.status().value() == status)
                .findFirst()
                .orElse(
                        (status >= 400 && status < 500) || status == 501 || status == 505
                                ? ProblemCode.VALIDATION_FAILED
                                : ProblemCode.INTERNAL_ERROR);
    }

    private static @Nullable URI instance(String requestUri) {
        try {
            return URI.create(requestUri);
        } catch (IllegalArgumentException e) {
            return null; // the container lets some characters pass that a URI must not have
        }
    }

    private static String seconds(Duration delay) {
        return Long.toString(Math.max(1, delay.plusNanos(999_999_999).toSeconds()));
    }
}
