package dev.claudepool.security;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a token may be used for. */
public enum Role {
    /** Submit and cancel tasks, fan-outs, chains and runs of skills. */
    SUBMIT,
    /** Read everything that the API shows. */
    READ,
    /** Change the pool: cap, scale, drain, slots, skills, context. */
    ADMIN,
    /** Read the metrics. */
    METRICS;

    String authority() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Collection<GrantedAuthority> authorities(Set<Role> roles) {
        return roles.stream()
                .map(role -> (GrantedAuthority) new SimpleGrantedAuthority(role.authority()))
                .toList();
    }

    /** Returns the roles among these authorities. */
    static Set<Role> of(Collection<String> authorities) {
        return Arrays.stream(values())
                .filter(role -> authorities.contains(role.authority()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
