package dev.claudepool.web;

import dev.claudepool.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Answers with a problem from places that no controller advice reaches, such as filters. Thread-safe. */
@Component
public class ProblemWriter {

    private final JsonMapper json;

    ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    /**
     * Writes the whole answer, unless one has already begun. A body that nobody has read ends the connection: its
     * sender may stop sending.
     */
    public void write(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = json.writeValueAsBytes(Problems.body(problem, request.getRequestURI()));
        response.resetBuffer();
        Problems.headers(problem).forEach((name, values) -> response.setHeader(name, values.getFirst()));
        if (hasBody(request) && request.getProtocol().startsWith("HTTP/1.")) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        response.setStatus(problem.code().status().value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }
}
