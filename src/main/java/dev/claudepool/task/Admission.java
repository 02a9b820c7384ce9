package dev.claudepool.task;

/** What becomes of a new task; the pool decides, since it knows its slots. Called inside the transaction. */
public interface Admission {

    /**
     * Lets the task pass.
     *
     * @throws dev.claudepool.web.ProblemException when no slot can ever take it
     */
    void check(TaskSpec spec);

    /** A task was queued; an idle slot may take one at once. */
    void queued();
}
