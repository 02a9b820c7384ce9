package dev.claudepool.security;

import java.util.List;
import java.util.Optional;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Knows the tokens. Thread-safe. */
public class TokenAuthenticator {

    private final List<Grant> grants;

    TokenAuthenticator(List<Grant> grants) {
        this.grants = List.copyOf(grants);
    }

    /**
     * The bearer of a token with its roles ({@code submit}, {@code read}, {@code admin}, {@code metrics}) as
     * authorities, without the token itself; empty when the token is unknown. For HTTP requests the security filters do
     * this already; STOMP's CONNECT frame needs it.
     */
    public Optional<Authentication> authenticate(String bearerToken) {
        return grant(bearerToken)
                .map(grant -> UsernamePasswordAuthenticationToken.authenticated(
                        grant.name(), null, Role.authorities(grant.roles())));
    }

    Optional<Grant> grant(String bearerToken) {
        return grants.stream()
                .filter(grant -> grant.token().matches(bearerToken))
                .findFirst();
    }
}
