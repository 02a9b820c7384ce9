package dev.claudepool.security;

import java.nio.file.Path;

/** The token of the administrator, and where it came from. */
sealed interface AdminToken {

    AccessToken value();

    /** Set by {@code claude-pool.security.token}. */
    record Configured(AccessToken value) implements AdminToken {}

    /** Made at this start, and kept in {@code file}. */
    record Created(AccessToken value, Path file) implements AdminToken {}

    /** Made at an earlier start, and read from {@code file}. */
    record Kept(AccessToken value, Path file) implements AdminToken {}
}
