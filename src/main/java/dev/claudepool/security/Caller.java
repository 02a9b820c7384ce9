package dev.claudepool.security;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who makes a request, and what its token allows.
 *
 * @param name who bears the token, as shown in audit lines
 * @param roles what the token may be used for
 */
public record Caller(String name, Set<Role> roles) {

    private static final Caller NOBODY = new Caller("nobody", Set.of());

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Returns the caller of the request that this thread serves; without one, somebody who has no role. */
    public static Caller current() {
        return Optional.ofNullable(SecurityContextHolder.getContext().getAuthentication())
                .map(Caller::of)
                .orElse(NOBODY);
    }

    private static Caller of(Authentication authentication) {
        Set<String> authorities = authentication.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .collect(Collectors.toSet());
        return new Caller(authentication.getName(), Role.of(authorities));
    }
}
