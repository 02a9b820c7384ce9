package dev.claudepool.claude;

/** The result of a launch. */
public sealed interface LaunchResult {

    /** The process has answered {@code initialize} and waits for its first prompt. */
    record Ready(ClaudeProcess process) implements LaunchResult {}

    /** The launch failed, and no process is left running. */
    record Failed(Failure failure) implements LaunchResult {}
}
