package dev.claudepool.chain;

import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.flow.FlowTasks;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.security.Caller;
import dev.claudepool.store.Transactions;
import dev.claudepool.submit.Awaitable;
import dev.claudepool.submit.CompletionWaiters;
import dev.claudepool.submit.Idempotency;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.web.ClientWait;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What clients and fan-outs do with chains: submit, find, list, cancel, retry, wait. Thread-safe. */
@Service
public class ChainService implements Awaitable {

    private final ChainStore store;
    private final NewChains newChains;
    private final ChainEngine engine;
    private final FlowTasks tasks;
    private final Idempotency idempotency;
    private final CompletionWaiters waiters;
    private final Transactions transactions;

    ChainService(
            ChainStore store,
            NewChains newChains,
            ChainEngine engine,
            FlowTasks tasks,
            Idempotency idempotency,
            CompletionWaiters waiters,
            Transactions transactions) {
        this.store = store;
        this.newChains = newChains;
        this.engine = engine;
        this.tasks = tasks;
        this.idempotency = idempotency;
        this.waiters = waiters;
        this.transactions = transactions;
    }

    /**
     * Accepts a chain; when this returns, it is on disk, and its first steps are queued.
     *
     * @param idempotencyKey a second submission with the same key and request gives the chain of the first
     * @throws ProblemException when the request is not valid, asks for more than the caller may, no slot can ever take
     *     one of its steps, there is no money for it, the queue is full, or the key was used for another request
     */
    Chain submit(ChainSpec spec, @Nullable String idempotencyKey, Caller caller) {
        FieldRules rules = new FieldRules("");
        ChainRules.check(spec, rules);
        rules.verify();
        return transactions.write(() -> get(idempotency.once(idempotencyKey, spec, () -> {
            tasks.verify(caller, (fields, check) -> forEachTask(spec, fields, check));
            tasks.admit(tasksOf(spec), 1, "steps");
            Chain chain = newChains.add(spec, null);
            engine.begin(chain);
            tasks.requireRoom();
            return chain.id();
        })));
    }

    /** The tasks that a chain may make. */
    public static List<TaskSpec> tasksOf(ChainSpec spec) {
        return spec.steps().stream()
                .map(step -> StepTaskFactory.template(spec, step))
                .toList();
    }

    /** Calls {@code check} with the {@code config} of each step, and with the rules of its fields. */
    public static void forEachTask(ChainSpec spec, FieldRules rules, BiConsumer<TaskSpec, FieldRules> check) {
        for (int position = 0; position < spec.steps().size(); position++) {
            check.accept(
                    spec.steps().get(position).config(),
                    rules.within("steps[" + position + "]").within("config"));
        }
    }

    /** Makes a chain that does not begin yet, in the caller's transaction. */
    public Chain add(ChainSpec spec, @Nullable UUID fanOutId) {
        return newChains.add(spec, fanOutId);
    }

    /** The first chain that a fan-out holds back. */
    public Optional<UUID> nextHeld(UUID fanOutId) {
        return store.nextHeld(fanOutId);
    }

    /** Begins a held chain, in the caller's transaction. */
    public void begin(UUID id) {
        engine.begin(get(id));
    }

    /** @throws ProblemException {@code chain-not-found} */
    Chain get(UUID id) {
        return store.find(id).orElseThrow(() -> notFound(id));
    }

    /** The chains that are elements of a fan-out, in the order of its request. */
    public List<UUID> ofFanOut(UUID fanOutId) {
        return store.ofFanOut(fanOutId);
    }

    /** Reads the chains of a fan-out that failed or were cancelled, in the order of its request. */
    public List<Chain> failedOf(UUID fanOutId) {
        return store.findAll(store.failedOf(fanOutId));
    }

    /** Returns how many bytes of requests {@link #failedOf} reads. */
    public long failedBytes(UUID fanOutId) {
        return store.failedBytes(fanOutId);
    }

    /** Returns those of these chains that exist, oldest first. */
    public List<Chain> findAll(List<UUID> ids) {
        return store.findAll(ids);
    }

    /** Returns some chains of a fan-out that have not ended and are not being stopped. */
    public List<UUID> cancellable(UUID fanOutId, int limit) {
        return store.stoppable(fanOutId, limit);
    }

    /**
     * Cancels: steps that have not begun never will, running ones are stopped. A chain that has ended stays as it is.
     *
     * @throws ProblemException {@code chain-not-found}
     */
    public Chain cancel(UUID id) {
        return transactions.write(() -> {
            Chain chain = get(id);
            if (chain.phase().isStoppable()) {
                engine.stop(chain, FlowStopReason.CANCELLED);
            }
            return get(id);
        });
    }

    /**
     * Continues a failed chain from the steps that failed; what is done stays done.
     *
     * @throws ProblemException {@code chain-not-found}; {@code conflict}, when it has not failed; or because its tasks
     *     are not admitted
     */
    Chain retry(UUID id) {
        return transactions.write(() -> {
            Chain chain = get(id);
            if (chain.state() != FlowState.FAILED) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "Only a chain that has failed can be retried; this one is "
                                + chain.state().name());
            }
            requireOutputs(chain);
            tasks.admit(tasksOf(chain.spec()), 1, "steps");
            engine.retry(chain);
            tasks.requireRoom();
            return get(id);
        });
    }

    /** Its tasks may be gone already where it is just being removed. */
    private void requireOutputs(Chain chain) {
        if (!chain.outputs().allMatch(done -> tasks.find(done.taskId()).isPresent())) {
            throw notFound(chain.id());
        }
    }

    static ProblemException notFound(UUID id) {
        return new ProblemException(ProblemCode.CHAIN_NOT_FOUND, "There is no chain " + id);
    }

    @Override
    public List<Item> awaited(Collection<UUID> ids) {
        return store.states(ids).entrySet().stream()
                .map(item -> new Item(
                        item.getKey(), Kind.CHAIN, item.getValue().name(), item.getValue() != FlowState.RUNNING))
                .toList();
    }

    /**
     * Waits until the chain has ended, but not longer than the client does.
     *
     * @return the chain as it then is, ended or not
     * @throws ProblemException {@code chain-not-found}
     */
    Chain await(UUID id, ClientWait client) throws InterruptedException {
        waiters.await(id, client, () -> get(id).phase().isFinal());
        return get(id);
    }

    /** Calls {@code listener} for every change of a chain's state. */
    public void listen(ChainListener listener) {
        engine.listen(listener);
    }
}
