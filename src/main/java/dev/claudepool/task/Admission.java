package dev.claudepool.task;

import java.util.UUID;

/** What becomes of a new task; the pool decides, since it knows its slots. Called inside the transaction. */
public interface Admission {

    /**
     * Lets the task pass.
     *
     * @throws dev.claudepool.problem.ProblemException when no slot can ever take it
     */
    void check(TaskSpec spec);

    /** Whether a slot has this as its own conversation. */
    boolean owns(UUID session);

    /** A task was queued; an idle slot may take one at once. */
    void queued();
}
