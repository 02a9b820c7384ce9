package dev.claudepool.security;

import java.nio.file.Path;

/** The token of the administrator, and where its bearers have it from. */
sealed interface AdminToken {

    TokenHash hash();

    /** Set by {@code claude-pool.security.token}. */
    record Configured(TokenHash hash) implements AdminToken {}

    /**
     * Kept in the file that {@code claude-pool.security.token-file} names.
     *
     * @param header whether the file holds the whole header, so that {@code curl -H @file} can use it
     */
    record InFile(TokenHash hash, Path file, boolean header) implements AdminToken {}

    /** Made at this start; shown once, after which only its hash is kept. */
    record Created(AccessToken value) implements AdminToken {
        @Override
        public TokenHash hash() {
            return TokenHash.of(value);
        }
    }

    /** Made and shown at an earlier start. */
    record Kept(TokenHash hash) implements AdminToken {}
}
