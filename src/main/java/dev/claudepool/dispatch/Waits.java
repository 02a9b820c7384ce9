package dev.claudepool.dispatch;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.ReservationDecision;
import dev.claudepool.budget.Reservations;
import dev.claudepool.queue.IdleSlot;
import dev.claudepool.queue.QueuePause;
import dev.claudepool.queue.QueuePause.Pause;
import dev.claudepool.queue.QueueSurvey;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.MonotonicClock;
import dev.claudepool.task.HoldReason;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskOutline;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TaskStore;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds out why queued tasks wait. Thread-safe. */
@Component
public class Waits {

    private final QueuePause pause;
    private final QueueSurvey survey;
    private final TaskStore tasks;
    private final Reservations reservations;
    private final Slots slots;
    private final RunningAttempts attempts;
    private final MonotonicClock clock;

    Waits(
            QueuePause pause,
            QueueSurvey survey,
            TaskStore tasks,
            Reservations reservations,
            Slots slots,
            RunningAttempts attempts,
            MonotonicClock clock) {
        this.pause = pause;
        this.survey = survey;
        this.tasks = tasks;
        this.reservations = reservations;
        this.slots = slots;
        this.attempts = attempts;
        this.clock = clock;
    }

    /** Returns how a task waits; null when it is not queued. */
    public @Nullable Waiting of(Task task) {
        return new Snapshot(this::position).of(task);
    }

    /** Takes the queue as it is now, to ask about many tasks; for one thread, and not for long. */
    public Snapshot now() {
        Map<UUID, Integer> positions = new HashMap<>();
        return new Snapshot(task -> {
            if (positions.isEmpty()) {
                positions.putAll(survey.positions());
            }
            return positions.get(task);
        });
    }

    private @Nullable Integer position(UUID task) {
        OptionalInt position = survey.position(task);
        return position.isPresent() ? position.getAsInt() : null;
    }

    /** Returns why the queue is paused, in words. */
    private static String pauseInWords(Pause pause) {
        if (pause.reason() == null) {
            return "An operator has paused the pool.";
        }
        return switch (pause.reason()) {
            case RATE_LIMITED, OVERLOADED ->
                "The provider of the model is at its limit (" + pause.reason().code() + ").";
            default ->
                "The provider refuses the credentials or the account ("
                        + pause.reason().code() + "); mend that, and resume the pool.";
        };
    }

    /** What a task may cost, and the flows it draws on; alike for most tasks of a fan-out. */
    private record Expense(@Nullable Money limit, List<UUID> flows) {}

    /** What decides about a task's wait. */
    private record Waiter(
            UUID id,
            TaskState.Queued queued,
            TaskSpec spec,
            Expense expense,
            @Nullable UUID followed,
            @Nullable UUID session,
            int attempts) {}

    /** The places of tasks in the queue; null for one that is far behind. */
    private interface Positions {
        @Nullable
        Integer of(UUID task);
    }

    /** The queue at one moment. */
    public final class Snapshot {

        private final Optional<Pause> paused = pause.present();
        private final Instant now = clock.instant();
        private final List<IdleSlot> idle = slots.idle();
        private final Map<Expense, ReservationDecision> decisions = new HashMap<>();
        private final Positions positions;
        private @Nullable Boolean firstAwaitsMoney;

        private Snapshot(Positions positions) {
            this.positions = positions;
        }

        /** Returns how the task waits; null when it is not queued. */
        public @Nullable Waiting of(Task task) {
            return task.state() instanceof TaskState.Queued queued
                    ? of(new Waiter(
                            task.id(),
                            queued,
                            task.spec(),
                            new Expense(task.spec().limit(), task.origin().flows()),
                            task.follows(),
                            task.sessionId(),
                            task.attempts()))
                    : null;
        }

        /** Returns how the task waits; null when it is not queued. */
        public @Nullable Waiting of(TaskOutline task) {
            return task.queued() == null
                    ? null
                    : of(new Waiter(
                            task.id(),
                            task.queued(),
                            task.spec(),
                            new Expense(task.spec().limit(), task.origin().flows()),
                            task.follows(),
                            task.sessionId(),
                            task.attempts()));
        }

        /** Returns how many of the first tasks in the queue wait for what. */
        public Map<WaitingReason, Integer> counts() {
            Map<WaitingReason, Integer> counts = new EnumMap<>(WaitingReason.class);
            survey.groups(now).forEach(group -> counts.merge(reason(group), group.tasks(), Integer::sum));
            return counts;
        }

        private Waiting of(Waiter task) {
            Instant since = task.queued().since();
            if (paused.isPresent()) {
                Pause present = paused.get();
                Instant later = present.since().isAfter(since) ? present.since() : since;
                return waiting(task, WaitingReason.PAUSED, later, present.end(), pauseInWords(present));
            }
            if (task.queued().notBefore().isAfter(now)) {
                String detail = task.attempts() > 0
                        ? "The pause before the next attempt is not over."
                        : "It may not start before its time.";
                return waiting(
                        task, WaitingReason.NOT_BEFORE, since, task.queued().notBefore(), detail);
            }
            HoldReason hold = task.queued().hold();
            if (hold != null) {
                return waiting(task, WaitingReason.of(hold), since, null, holdInWords(hold, task));
            }
            if (task.followed() != null && isUnfinished(task.followed())) {
                return waiting(
                        task,
                        WaitingReason.FOLLOWED_TASK,
                        since,
                        null,
                        "Task " + task.followed() + ", in whose session it goes on, has not ended.");
            }
            if (task.session() != null && attempts.isInSession(task.session())) {
                return waiting(task, WaitingReason.SESSION, since, null, "Another task is in its session.");
            }
            return forMoneyOrSlot(task, since);
        }

        private Waiting forMoneyOrSlot(Waiter task, Instant since) {
            Instant period = reservations.nextPeriod().map(clock::ofWall).orElse(null);
            switch (decisions.computeIfAbsent(
                    task.expense(), wanted -> reservations.quote(wanted.limit(), wanted.flows()))) {
                case ReservationDecision.AwaitsPool() -> {
                    return waiting(
                            task,
                            WaitingReason.BUDGET,
                            since,
                            period,
                            "The budget of the pool has not enough left that is not reserved.");
                }
                case ReservationDecision.AwaitsFlow(UUID flow) -> {
                    return waiting(
                            task,
                            WaitingReason.BUDGET,
                            since,
                            null,
                            "The budget of its chain or fan-out " + flow
                                    + " has not enough left that is not reserved.");
                }
                case ReservationDecision.FlowSpent() -> {
                    return waiting(
                            task, WaitingReason.BUDGET, since, null, "The budget of its chain or fan-out is spent.");
                }
                case ReservationDecision.Granted _ -> {}
            }
            if (idle.stream().anyMatch(slot -> slot.fits(task.spec()))) {
                return firstAwaitsMoney()
                        ? waiting(
                                task,
                                WaitingReason.BUDGET,
                                since,
                                period,
                                "The budget of the pool has not enough left for the first task in the queue.")
                        : waiting(task, WaitingReason.SLOT, since, null, "It starts as soon as it is its turn.");
            }
            TaskSpec spec = task.spec();
            if (spec.slot() != null) {
                return waiting(task, WaitingReason.SLOT, since, null, "Slot " + spec.slot() + " is not idle.");
            }
            return spec.role() != null
                    ? waiting(
                            task, WaitingReason.ROLE, since, null, "No slot with the role " + spec.role() + " is idle.")
                    : waiting(task, WaitingReason.SLOT, since, null, "No slot is idle.");
        }

        private Waiting waiting(
                Waiter task, WaitingReason reason, Instant since, @Nullable Instant until, String detail) {
            return new Waiting(reason, since, until, positions.of(task.id()), detail);
        }

        private static String holdInWords(HoldReason hold, Waiter task) {
            return switch (hold) {
                case FAN_OUT -> "Its fan-out lets no more tasks run at once, or is being stopped.";
                case BUDGET ->
                    "Running tasks of the same chain or fan-out have reserved its budget: "
                            + String.join(
                                    ", ",
                                    task.expense().flows().stream()
                                            .map(UUID::toString)
                                            .toList())
                            + ".";
            };
        }

        private boolean isUnfinished(UUID task) {
            return tasks.state(task).filter(state -> !state.isFinal()).isPresent();
        }

        private boolean firstAwaitsMoney() {
            if (firstAwaitsMoney == null) {
                firstAwaitsMoney = survey.first(now, idle)
                        .map(first -> reservations.quote(
                                first.spec().limit(), first.origin().flows()))
                        .filter(ReservationDecision.AwaitsPool.class::isInstance)
                        .isPresent();
            }
            return firstAwaitsMoney;
        }

        private WaitingReason reason(QueueSurvey.Group group) {
            if (paused.isPresent()) {
                return WaitingReason.PAUSED;
            }
            if (group.early()) {
                return WaitingReason.NOT_BEFORE;
            }
            if (group.hold() != null) {
                return WaitingReason.of(group.hold());
            }
            if (group.following()) {
                return WaitingReason.FOLLOWED_TASK;
            }
            if (group.sessionInUse()) {
                return WaitingReason.SESSION;
            }
            if (firstAwaitsMoney()) {
                return WaitingReason.BUDGET;
            }
            return group.wantedRole() && !group.wantedSlot() ? WaitingReason.ROLE : WaitingReason.SLOT;
        }
    }
}
