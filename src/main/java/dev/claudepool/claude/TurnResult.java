package dev.claudepool.claude;

import dev.claudepool.budget.Spend;

/** How a turn ended, and what it cost; an estimate when the process could not say. */
public sealed interface TurnResult {

    Spend spend();

    /** With an answer. */
    record Completed(Answer answer, Spend spend) implements TurnResult {}

    /** Without one. */
    record Failed(Failure failure, Spend spend) implements TurnResult {}

    /** On our own wish. */
    record Cancelled(Spend spend) implements TurnResult {}
}
