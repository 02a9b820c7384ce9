package dev.claudepool.task;

/** Decides whether a task can be taken on at all; the pool does, since it knows its slots. */
public interface Admission {

    /**
     * Lets the task pass.
     *
     * @throws dev.claudepool.web.ProblemException when no slot can ever take it
     */
    void check(TaskSpec spec);
}
