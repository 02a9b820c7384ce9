/** Tokens, roles, and the checks on {@code Host} and {@code Origin}. */
@NullMarked
package dev.claudepool.security;

import org.jspecify.annotations.NullMarked;
