package dev.claudepool.task;

import java.util.Collection;
import java.util.Optional;

/** Decides where tasks run. Called inside the claim's transaction, so it must not block. */
public interface Placer {

    /** The slots that may take a task now. */
    Collection<Candidate> idle();

    /** Where the task is to run; empty when the slots that it fits have left {@link #idle} meanwhile. */
    Optional<Placement> place(Task task, RequestedSession requested);
}
