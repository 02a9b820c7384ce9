package dev.claudepool.security;

import static jakarta.servlet.DispatcherType.ASYNC;
import static jakarta.servlet.DispatcherType.ERROR;
import static jakarta.servlet.DispatcherType.FORWARD;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.OPTIONS;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;

/**
 * The role that each path needs; the first rule that matches decides, and what no rule names is for administrators.
 *
 * <p>The handshake of {@code /ws} is open because browsers cannot send a header with it: the token comes in the CONNECT
 * frame, before which nothing is delivered.
 */
final class AccessRules {

    private static final String[] OPEN = {"/actuator/health/**", "/livez", "/readyz", "/ws"};
    private static final String[] DOCUMENTATION = {
        "/openapi.yaml", "/asyncapi.yaml", "/v3/api-docs/**", "/v3/api-docs.yaml", "/swagger-ui/**", "/swagger-ui.html"
    };
    private static final String[] METRICS = {"/actuator/prometheus", "/actuator/metrics/**"};
    private static final String[] SUBMISSIONS = {
        "/api/v1/run",
        "/api/v1/tasks",
        "/api/v1/tasks/*/cancel",
        "/api/v1/tasks/*/retry",
        "/api/v1/fan-outs",
        "/api/v1/fan-outs/*/cancel",
        "/api/v1/fan-outs/*/retry",
        "/api/v1/chains",
        "/api/v1/chains/*/cancel",
        "/api/v1/chains/*/retry",
        "/api/v1/skills/*/run"
    };
    private static final String WAIT = "/api/v1/wait";
    private static final String[] CHANGES = {"/api/v1/tasks/*"};
    private static final String API = "/api/**";

    private AccessRules() {}

    static void apply(AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry rules) {
        rules.dispatcherTypeMatchers(ASYNC, ERROR, FORWARD)
                .permitAll() // the request that they continue was let in
                .requestMatchers(OPEN)
                .permitAll()
                .requestMatchers(GET, DOCUMENTATION)
                .permitAll()
                .requestMatchers(METRICS)
                .hasAuthority(Role.METRICS.authority())
                .requestMatchers(POST, SUBMISSIONS)
                .hasAuthority(Role.SUBMIT.authority())
                .requestMatchers(POST, WAIT)
                .hasAuthority(Role.READ.authority())
                .requestMatchers(PATCH, CHANGES)
                .hasAuthority(Role.SUBMIT.authority())
                .requestMatchers(GET, API)
                .hasAuthority(Role.READ.authority())
                .requestMatchers(HEAD, API)
                .hasAuthority(Role.READ.authority())
                .requestMatchers(OPTIONS, API)
                .hasAuthority(Role.READ.authority())
                .anyRequest()
                .hasAuthority(Role.ADMIN.authority());
    }
}
