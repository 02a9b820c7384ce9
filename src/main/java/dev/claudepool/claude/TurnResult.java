package dev.claudepool.claude;

import dev.claudepool.budget.Spend;

/** The end of a turn, and its cost; an estimate if the process could not report it. */
public sealed interface TurnResult {

    Spend spend();

    /** The turn has an answer. */
    record Completed(Answer answer, Spend spend) implements TurnResult {}

    /** Without one. */
    record Failed(Failure failure, Spend spend) implements TurnResult {}

    /** On our own wish. */
    record Cancelled(Spend spend) implements TurnResult {}
}
