package dev.claudepool.fanout;

import dev.claudepool.chain.ChainService;
import dev.claudepool.chain.ChainSpec;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.store.Transactions;
import dev.claudepool.submit.Awaitable;
import dev.claudepool.submit.CompletionWaiters;
import dev.claudepool.submit.Idempotency;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Origin;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.ClientWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What clients do with fan-outs: submit, find, list, cancel, wait. Thread-safe. */
@Service
class FanOutService implements Awaitable {

    /** The time between two readings of ended elements; the last ones are read at the end. */
    private static final Duration READING_PERIOD = Duration.ofMillis(100);

    private final FanOutStore store;
    private final NewFanOuts newFanOuts;
    private final FanOutEngine engine;
    private final FlowTasks tasks;
    private final ChainService chains;
    private final Idempotency idempotency;
    private final CompletionWaiters waiters;
    private final Transactions transactions;

    FanOutService(
            FanOutStore store,
            NewFanOuts newFanOuts,
            FanOutEngine engine,
            FlowTasks tasks,
            ChainService chains,
            Idempotency idempotency,
            CompletionWaiters waiters,
            Transactions transactions) {
        this.store = store;
        this.newFanOuts = newFanOuts;
        this.engine = engine;
        this.tasks = tasks;
        this.chains = chains;
        this.idempotency = idempotency;
        this.waiters = waiters;
        this.transactions = transactions;
    }

    /**
     * Accepts all elements or none; when this returns, they are on disk.
     *
     * @param idempotencyKey a second submission with the same key and request gives the fan-out of the first
     * @throws ProblemException when the request is not valid, asks for more than the caller may, no slot can ever take
     *     one of the tasks, there is no money for them, the queue is full, or the key was used for another request
     */
    Submission submit(FanOutSpec spec, @Nullable String idempotencyKey, Caller caller) {
        FanOutRules.verify(spec);
        return submit(spec, () -> FanOutRequest.of(spec), idempotencyKey, caller);
    }

    /**
     * Accepts in the same way what {@code wanted} returns, in the transaction.
     *
     * @param request what tells it from other requests with the same key
     */
    Submission submit(Object request, Supplier<FanOutRequest> wanted, @Nullable String idempotencyKey, Caller caller) {
        return transactions.write(() -> {
            List<Task> accepted = new ArrayList<>();
            UUID id = idempotency.once(idempotencyKey, request, () -> accept(wanted.get(), caller, accepted));
            return new Submission(get(id), accepted);
        });
    }

    private UUID accept(FanOutRequest wanted, Caller caller, List<Task> accepted) {
        FanOutSpec spec = wanted.spec();
        tasks.verify(caller, (rules, check) -> FanOutRules.forEachTask(spec, rules, check));
        Stream<TaskSpec> ofChains =
                spec.allChains().stream().map(ChainService::tasksOf).flatMap(List::stream);
        tasks.admit(Stream.concat(spec.allTasks().stream(), ofChains).toList(), spec.size(), FanOutRules.field(spec));
        FanOut fanOut = newFanOuts.add(wanted);
        accepted.addAll(addTasks(fanOut, wanted));
        addChains(fanOut, spec);
        tasks.requireRoom();
        tasks.dispatch();
        transactions.afterCommit(() -> engine.watch(fanOut));
        return fanOut.id();
    }

    private List<Task> addTasks(FanOut fanOut, FanOutRequest wanted) {
        int concurrency = fanOut.options().concurrencyOf(wanted.spec().size());
        List<Task> added = new ArrayList<>();
        for (TaskSpec task : wanted.spec().allTasks()) {
            HoldReason hold = added.size() < concurrency ? null : HoldReason.FAN_OUT;
            Origin origin = Origin.fanOut(fanOut.id()).repeating(wanted.retriedAt(added.size()));
            added.add(tasks.add(task, origin, fanOut.createdAt(), Duration.ZERO, hold));
        }
        return added;
    }

    private void addChains(FanOut fanOut, FanOutSpec spec) {
        int concurrency = fanOut.options().concurrencyOf(spec.size());
        List<ChainSpec> added = spec.allChains();
        for (ChainSpec chain : added) {
            var _ = chains.add(chain, fanOut.id());
        }
        for (int begun = 0; begun < Math.min(concurrency, added.size()); begun++) {
            engine.beginNextChain(fanOut.id());
        }
    }

    /** @param accepted the tasks that are elements of the fan-out; none when an earlier submission made it */
    record Submission(FanOut fanOut, List<Task> accepted) {}

    /** @throws ProblemException {@code fan-out-not-found} */
    FanOut get(UUID id) {
        return store.find(id).orElseThrow(() -> notFound(id));
    }

    static ProblemException notFound(UUID id) {
        return new ProblemException(ProblemCode.FAN_OUT_NOT_FOUND, "There is no fan-out " + id);
    }

    /** Fan-outs with ids below {@code before}, youngest first. */
    List<FanOut> list(@Nullable FlowState state, @Nullable UUID before, int limit) {
        return store.list(state, before, limit);
    }

    /**
     * Cancels what has not ended: queued elements never run, running ones are stopped and end soon. A fan-out that has
     * ended stays as it is.
     *
     * @throws ProblemException {@code fan-out-not-found}
     */
    FanOut cancel(UUID id) {
        var _ = get(id);
        engine.stopIfUnstopped(id, FlowStopReason.CANCELLED);
        return get(id);
    }

    @Override
    public List<Item> awaited(Collection<UUID> ids) {
        return store.states(ids).entrySet().stream()
                .map(item -> new Item(
                        item.getKey(), Kind.FAN_OUT, item.getValue().name(), item.getValue() != FlowState.RUNNING))
                .toList();
    }

    /**
     * Waits until all elements have ended, but not longer than the client does; reads meanwhile those that have.
     *
     * @return the fan-out as it then is, ended or not
     * @throws ProblemException {@code fan-out-not-found}
     */
    FanOut await(UUID id, ClientWait client, FanOutTasks itsTasks) throws InterruptedException {
        waiters.await(
                id,
                client,
                () -> get(id).phase().isFinal(),
                READING_PERIOD,
                () -> itsTasks.readEnded(get(id).counts()));
        return get(id);
    }
}
