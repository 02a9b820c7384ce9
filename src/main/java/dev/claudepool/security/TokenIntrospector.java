package dev.claudepool.security;

import java.util.Map;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.stereotype.Component;

/** Looks bearer tokens up in the {@link TokenAuthenticator} instead of at an authorization server. */
@Component
class TokenIntrospector implements OpaqueTokenIntrospector {

    private final TokenAuthenticator tokens;

    TokenIntrospector(TokenAuthenticator tokens) {
        this.tokens = tokens;
    }

    @Override
    public OAuth2AuthenticatedPrincipal introspect(String token) {
        return tokens.grant(token)
                .map(grant -> new DefaultOAuth2AuthenticatedPrincipal(
                        grant.name(), Map.of("sub", grant.name()), Role.authorities(grant.roles())))
                .orElseThrow(() -> new BadOpaqueTokenException("The token is unknown"));
    }
}
