package dev.claudepool.security;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;

/** Answers 401 and 403 with a problem, and with the {@code WWW-Authenticate} header of RFC 6750. */
@Component
class AccessProblems implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final ProblemWriter problems;
    private final WrongTokens wrongTokens;

    AccessProblems(ProblemWriter problems, WrongTokens wrongTokens) {
        this.problems = problems;
        this.wrongTokens = wrongTokens;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        boolean tokenSent = e instanceof OAuth2AuthenticationException;
        Optional<Duration> pause = tokenSent ? wrongTokens.count(request.getRemoteAddr()) : Optional.empty();
        if (pause.isPresent()) {
            problems.write(request, response, tooManyWrongTokens().withRetryAfter(pause.get()));
        } else {
            challenge(response, tokenSent ? "invalid_token" : "");
            problems.write(
                    request,
                    response,
                    new ProblemException(
                            ProblemCode.UNAUTHORIZED,
                            tokenSent
                                    ? "The token is not valid here"
                                    : "Send the header Authorization: Bearer <token>"));
        }
    }

    private static ProblemException tooManyWrongTokens() {
        return new ProblemException(
                ProblemCode.TOO_MANY_WRONG_TOKENS, "The token is not valid here, as many before it from your address");
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        challenge(response, "insufficient_scope");
        problems.write(
                request, response, new ProblemException(ProblemCode.FORBIDDEN, "The token's roles do not allow this"));
    }

    private static void challenge(HttpServletResponse response, String error) {
        response.setHeader(
                HttpHeaders.WWW_AUTHENTICATE,
                "Bearer realm=\"claude-pool\"" + (error.isEmpty() ? "" : ", error=\"" + error + "\""));
    }
}
