package dev.claudepool.task;

import dev.claudepool.budget.Money;
import java.time.Instant;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Says in the words of the API what a task is to look like. */
public final class TaskAssert extends AbstractAssert<TaskAssert, Task> {

    private TaskAssert(Task actual) {
        super(actual, TaskAssert.class);
    }

    public static TaskAssert assertThat(Task actual) {
        return new TaskAssert(actual);
    }

    public TaskAssert isQueued() {
        return is(TaskState.Name.QUEUED);
    }

    public TaskAssert isQueuedUntil(Instant notBefore) {
        isQueued();
        return same("notBefore", notBefore, actual.requireQueued().notBefore());
    }

    /** Queued to go on in the session in which it was cut off. */
    public TaskAssert isInterrupted() {
        isQueued();
        return same("interrupted", true, actual.state() instanceof TaskState.Queued queued && queued.interrupted());
    }

    public TaskAssert isRunning() {
        return is(TaskState.Name.RUNNING);
    }

    public TaskAssert isCancelling() {
        return hasState(new TaskState.Running(true));
    }

    public TaskAssert isCancelled() {
        return is(TaskState.Name.CANCELLED);
    }

    public TaskAssert hasSucceededWith(String output) {
        is(TaskState.Name.SUCCEEDED);
        return same(
                "output",
                output,
                actual.state() instanceof TaskState.Succeeded succeeded
                        ? succeeded.answer().output()
                        : null);
    }

    public TaskAssert hasFailedWith(String code) {
        is(TaskState.Name.FAILED);
        return same(
                "code",
                code,
                actual.state() instanceof TaskState.Failed failed
                        ? failed.error().code()
                        : null);
    }

    public TaskAssert hasSpent(String usd) {
        return same("spend", Money.usd(usd), actual.spend().usd());
    }

    public TaskAssert hasEstimatedSpend() {
        return same("spend estimated", true, actual.spend().estimated());
    }

    public TaskAssert hasAttempts(int attempts) {
        return same("attempts", attempts, actual.attempts());
    }

    public TaskAssert hasEpoch(int epoch) {
        return same("epoch", epoch, actual.epoch());
    }

    private TaskAssert is(TaskState.Name name) {
        return same("state", name, actual.state().name());
    }

    private TaskAssert hasState(TaskState state) {
        return same("state", state, actual.state());
    }

    private TaskAssert same(String what, Object expected, @Nullable Object found) {
        isNotNull();
        if (!Objects.equals(expected, found)) {
            failWithMessage("Expected the %s of %s to be <%s> but it was <%s>", what, actual, expected, found);
        }
        return this;
    }
}
