package dev.claudepool.process;

/**
 * The mark in the environment of a {@code claude} process. Everything that the process starts inherits it and is found
 * again by it: {@code <pool>/<instance>/<slot>/<number>}.
 *
 * @param value the text of the environment variable
 */
public record Cookie(String value) {

    public static final String VARIABLE = "CLAUDE_POOL_COOKIE";
}
