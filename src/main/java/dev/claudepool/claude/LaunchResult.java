package dev.claudepool.claude;

/** How a launch came out. */
public sealed interface LaunchResult {

    /** The process has answered {@code initialize} and waits for its first prompt. */
    record Ready(ClaudeProcess process) implements LaunchResult {}

    /** There is no process, and nothing of it is left running. */
    record Failed(Failure failure) implements LaunchResult {}
}
