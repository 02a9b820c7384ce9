package dev.claudepool.security;

import java.util.EnumSet;
import java.util.Set;

/**
 * What one token allows.
 *
 * @param name who bears it, as shown in audit lines
 */
record Grant(String name, TokenHash token, Set<Role> roles) {

    Grant {
        roles = Set.copyOf(roles);
    }

    static Grant admin(TokenHash token) {
        return new Grant("admin", token, EnumSet.allOf(Role.class));
    }
}
