package dev.claudepool.chain;

import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.flow.FlowPhase;
import dev.claudepool.flow.FlowState;
import dev.claudepool.flow.FlowStopReason;
import dev.claudepool.task.Origin;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Steps, each of which becomes a task. Immutable; {@link ChainService} replaces it by its successor. It is rows in the
 * store and no thread, so it goes on after a restart where it was.
 *
 * @param id time-ordered
 * @param spec what was asked for
 * @param fanOutId the fan-out of which it is an element
 * @param createdAt when it was accepted
 * @param deadline when it is stopped, by the monotonic clock; null when it has no limit, or has not begun
 * @param steps in the order of the request
 */
public record Chain(
        UUID id,
        ChainSpec spec,
        @Nullable UUID fanOutId,
        Instant createdAt,
        @Nullable Instant deadline,
        FlowPhase phase,
        List<Step> steps) {

    public Chain {
        steps = List.copyOf(steps);
    }

    static Chain accepted(UUID id, ChainSpec spec, @Nullable UUID fanOutId, Instant now) {
        StepGraph order = new StepGraph(spec);
        List<Step> steps = IntStream.range(0, spec.steps().size())
                .mapToObj(position -> Step.pending(position, order.needs(position)))
                .toList();
        return new Chain(id, spec, fanOutId, now, null, new FlowPhase.Held(), steps);
    }

    public FlowState state() {
        if (!phase.isFinal()) {
            return FlowState.RUNNING;
        }
        if (!wasReadable()) {
            return FlowState.FAILED;
        }
        if (steps.stream().allMatch(Step::isDone)) {
            return FlowState.SUCCEEDED;
        }
        boolean failed = phase.stop() == FlowStopReason.TIMED_OUT || has(StepState.Failed.class);
        return failed ? FlowState.FAILED : FlowState.CANCELLED;
    }

    /** Returns whether it could be read from the store; otherwise it has no steps, and ends as soon as it can. */
    boolean wasReadable() {
        return !spec.equals(ChainSpec.UNREADABLE);
    }

    /** Steps may begin; {@code now} is by the monotonic clock. */
    Chain begunAt(Instant now) {
        return new Chain(id, spec, fanOutId, createdAt, deadlineFrom(now), phase.begun(), steps);
    }

    /** Returns a copy with no later deadline than a chain that begins now. */
    Chain notLaterThanBegunAt(Instant now) {
        Instant latest = deadlineFrom(now);
        return latest == null || deadline == null || !deadline.isAfter(latest)
                ? this
                : new Chain(id, spec, fanOutId, createdAt, latest, phase, steps);
    }

    private @Nullable Instant deadlineFrom(Instant now) {
        return spec.timeout() == null ? null : now.plus(spec.timeout());
    }

    /** Stops the chain: no further step begins. */
    Chain stopped(FlowStopReason reason) {
        return new Chain(id, spec, fanOutId, createdAt, deadline, phase.stopped(reason), steps);
    }

    /** Returns a copy in which what failed or was skipped may begin again. */
    Chain reset() {
        Chain reset =
                eachStep(step -> step.state() instanceof StepState.Ended ended ? step.reset(ended.reset()) : step);
        return new Chain(id, spec, fanOutId, createdAt, null, new FlowPhase.Held(), reset.steps);
    }

    Chain with(Step changed) {
        return eachStep(step -> step.position() == changed.position() ? changed : step);
    }

    /** Nothing is left to be done: what has not begun never will. */
    Chain finished(Instant now) {
        Chain skipped = eachStep(step ->
                step.state() instanceof StepState.Pending pending ? step.finished(pending.skipped(), now) : step);
        return new Chain(id, spec, fanOutId, createdAt, deadline, phase.ended(now), skipped.steps);
    }

    private Chain eachStep(Function<Step, Step> change) {
        return with(steps.stream().map(change).toList());
    }

    Chain with(List<Step> changed) {
        return new Chain(id, spec, fanOutId, createdAt, deadline, phase, changed);
    }

    /** Returns a copy for a row whose spec or steps cannot be read. */
    Chain unreadable() {
        return new Chain(id, ChainSpec.UNREADABLE, fanOutId, createdAt, deadline, phase, List.of());
    }

    /** Returns whether no further step begins, though some may still run. */
    boolean isHalted() {
        return !(phase instanceof FlowPhase.Running) || has(StepState.Failed.class) || has(StepState.Cancelled.class);
    }

    /** The steps whose turn it is. */
    List<Step> due() {
        return isHalted()
                ? List.of()
                : steps.stream()
                        .filter(step -> step.state() instanceof StepState.Pending)
                        .filter(step -> needed(step).allMatch(Step::isDone))
                        .toList();
    }

    /** The steps whose tasks are queued or run. */
    Stream<StepState.Running> running() {
        return in(StepState.Running.class);
    }

    /** The steps that have an output. */
    Stream<StepState.Done> outputs() {
        return in(StepState.Done.class);
    }

    private <S extends StepState> Stream<S> in(Class<S> kind) {
        return steps.stream().map(Step::state).filter(kind::isInstance).map(kind::cast);
    }

    /** The steps that {@code step} needs. */
    Stream<Step> needed(Step step) {
        return step.needs().stream().map(steps::get);
    }

    /** @throws java.util.NoSuchElementException when there is no step of that name */
    Step named(String name) {
        return steps.stream()
                .filter(step -> specOf(step).name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    StepSpec specOf(Step step) {
        return spec.steps().get(step.position());
    }

    private boolean has(Class<? extends StepState> kind) {
        return in(kind).findAny().isPresent();
    }

    /** Returns what its tasks are made by. */
    Origin origin(Step step) {
        return Origin.step(id, step.position(), fanOutId);
    }

    /** Returns what its events are about. */
    Subject subject() {
        return new Subject(null, id, fanOutId, null, spec.labels().tags());
    }

    @Override
    public String toString() {
        return "Chain[" + id + " " + state() + "]";
    }
}
