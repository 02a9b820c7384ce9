package dev.claudepool.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.coyote.CloseNowException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Closes the connection when an answer fails after its beginning was sent. Otherwise the container would end the answer
 * properly, and its reader would take the part for the whole.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class BrokenAnswerFilter extends OncePerRequestFilter {

    private static final String BROKEN = BrokenAnswerFilter.class.getName() + ".broken";

    /** Says that the answer to this request cannot be completed. */
    static void breakOff(HttpServletRequest request) {
        request.setAttribute(BROKEN, true);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (request.getAttribute(BROKEN) != null) {
            throw new CloseNowException("The answer has failed after its beginning was sent");
        }
    }

    /** Streamed answers fail there. */
    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }
}
