package dev.claudepool.fanout;

import static dev.claudepool.problem.ProblemException.conflictUnless;

import dev.claudepool.budget.FlowAccountStore;
import dev.claudepool.budget.Money;
import dev.claudepool.chain.Chain;
import dev.claudepool.chain.ChainService;
import dev.claudepool.chain.ChainSpec;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.task.LargeReads;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Repeats what failed of fan-outs, or was cancelled, as new fan-outs. Thread-safe. */
@Component
class FanOutRetries {

    private final FanOutService service;
    private final FlowTasks tasks;
    private final ChainService chains;
    private final FlowAccountStore accounts;
    private final LargeReads reads;

    FanOutRetries(
            FanOutService service, FlowTasks tasks, ChainService chains, FlowAccountStore accounts, LargeReads reads) {
        this.service = service;
        this.tasks = tasks;
        this.chains = chains;
        this.accounts = accounts;
        this.reads = reads;
    }

    /**
     * Accepts a fan-out of the elements that failed or were cancelled, with everything else as it was asked for. The
     * fan-out that has ended stays as it is.
     *
     * @param idempotencyKey a second retry of the same fan-out with the same key gives the fan-out of the first
     * @throws ProblemException {@code fan-out-not-found}; {@code conflict} when it has not ended, or all of it has
     *     succeeded; and as for a submission
     */
    FanOutService.Submission retry(UUID id, @Nullable String idempotencyKey, Caller caller) {
        long bytes = tasks.failedBytes(id) + chains.failedBytes(id);
        return reads.read(
                bytes, () -> service.submit(new RetryRequest(id), () -> requestOf(id), idempotencyKey, caller));
    }

    /** What tells a retry from other requests with the same {@code Idempotency-Key}. */
    private record RetryRequest(UUID retryOf) {}

    private FanOutRequest requestOf(UUID id) {
        FanOut ended = service.get(id);
        conflictUnless(ended.phase().isFinal(), "Only a fan-out that has ended can be retried");
        int failed = ended.counts().failed() + ended.counts().cancelled();
        conflictUnless(failed > 0, "All elements of the fan-out have succeeded");
        List<Task> failedTasks = tasks.failedOf(id);
        List<Chain> failedChains = chains.failedOf(id);
        if (failedTasks.size() + failedChains.size() < failed) { // it is just being deleted
            throw FanOutService.notFound(id);
        }
        FanOutSpec spec = spec(
                ended.options(),
                failedTasks.stream().map(Task::spec).toList(),
                failedChains.stream().map(Chain::spec).toList(),
                accounts.cap(id));
        return new FanOutRequest(spec, id, failedTasks.stream().map(Task::id).toList());
    }

    private static FanOutSpec spec(
            FanOutSpec.Options options, List<TaskSpec> tasks, List<ChainSpec> chains, @Nullable Money cap) {
        return new FanOutSpec(
                options.labels(),
                null,
                tasks.isEmpty() ? null : tasks,
                chains.isEmpty() ? null : chains,
                options.failFast(),
                options.maxConcurrency(),
                cap == null ? null : cap.toUsd(),
                options.timeout());
    }
}
