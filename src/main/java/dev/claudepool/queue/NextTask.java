package dev.claudepool.queue;

import dev.claudepool.budget.ReservationDecision;
import dev.claudepool.task.Task;

/** What the queue offers to the idle slots. */
public sealed interface NextTask {

    /** No task can be claimed now. */
    record None() implements NextTask {}

    /**
     * This task can be claimed, within the transaction that offered it.
     *
     * @param session the session that the task asks for
     * @param reservation the money that its attempt may reserve
     */
    record Ready(Task task, RequestedSession session, ReservationDecision.Granted reservation) implements NextTask {}
}
