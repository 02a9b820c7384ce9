package dev.claudepool.pool;

import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.claude.SessionStart;
import dev.claudepool.task.Conversation;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskConfig;
import dev.claudepool.task.TaskQueue;
import dev.claudepool.task.TaskQueue.Candidate;
import dev.claudepool.task.TaskQueue.Placement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Brings queued tasks and idle slots together, on one thread: woken by new tasks and by slots that become idle, never
 * polling.
 */
class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TaskQueue queue;
    private final RunningAttempts attempts;
    private final LaunchSpecs specs;
    private final SlotStore slotStore;
    private final Slots slots;
    private final Provider provider;
    private final InstantSource clock;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("dispatcher").unstarted(this::dispatch);
    private volatile boolean stopping;

    Dispatcher(
            TaskQueue queue,
            RunningAttempts attempts,
            LaunchSpecs specs,
            SlotStore slotStore,
            Slots slots,
            Provider provider,
            InstantSource clock) {
        this.queue = queue;
        this.attempts = attempts;
        this.specs = specs;
        this.slotStore = slotStore;
        this.slots = slots;
        this.provider = provider;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /** Claims no more; blocks until that is so. */
    void stop() throws InterruptedException {
        stopping = true;
        wake();
        thread.join();
    }

    /** There may be something to do. */
    void wake() {
        signal.release();
    }

    private void dispatch() {
        while (!stopping) {
            try {
                Instant before = clock.instant();
                provider.noteEndOfPause();
                if (!dispatchOne()) {
                    sleep(untilNextNotBefore(before));
                }
            } catch (DataAccessException | TransactionException e) {
                log.error(
                        "The store cannot be used, trying again: {}",
                        NestedExceptionUtils.getMostSpecificCause(e).getMessage());
                sleep(PAUSE);
            } catch (RuntimeException e) {
                log.error("A task could not be dispatched, trying again", e);
                sleep(PAUSE);
            }
        }
    }

    private boolean dispatchOne() {
        Map<Candidate, Slot> idle = slots.stream()
                .filter(slot -> slot.state() instanceof SlotState.Idle)
                .collect(Collectors.toMap(Slot::candidate, Function.identity()));
        if (idle.isEmpty()) {
            return false;
        }
        AtomicReference<@Nullable UUID> placed = new AtomicReference<>();
        try {
            Optional<Task> claimed = queue.claim(idle.keySet(), (task, conversation) -> {
                placed.set(task.id());
                return place(task, conversation, idle);
            });
            claimed.ifPresent(attempts::start);
            return claimed.isPresent();
        } catch (NoLongerIdle e) {
            return true; // look again
        } catch (RuntimeException e) {
            Optional.ofNullable(placed.get())
                    .flatMap(attempts::forget)
                    .ifPresent(attempt -> attempt.slot().unreserve());
            throw e;
        }
    }

    /** Reserves the slot that suits the task best. Runs inside the claim's transaction. */
    private Placement place(Task task, Conversation conversation, Map<Candidate, Slot> idle) {
        Slot slot = idle.entrySet().stream()
                .filter(candidate -> candidate.getKey().fits(task.spec()))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparing((Slot candidate) -> !holds(candidate, conversation))
                        .thenComparing(Slot::idleSince))
                .filter(candidate -> candidate.reserve(task.id()))
                .findFirst()
                .orElseThrow(NoLongerIdle::new);
        try {
            TaskConfig config = specs.config(slot.settings(), task.spec().config());
            LaunchSpec spec = specs.launch(slot.settings(), config);
            SessionStart session = session(slot, spec, conversation);
            attempts.register(task.id(), new Attempt(slot, slots, spec, config, conversation, session));
            return new Placement(slot.id(), session.id());
        } catch (RuntimeException e) {
            slot.unreserve();
            throw e;
        }
    }

    private static boolean holds(Slot slot, Conversation conversation) {
        return conversation instanceof Conversation.Existing(UUID session)
                && slot.processes().holdsConversation(session);
    }

    private SessionStart session(Slot slot, LaunchSpec spec, Conversation conversation) {
        return switch (conversation) {
            case Conversation.Existing(UUID session) -> new SessionStart.Resume(session);
            case Conversation.Interrupted(UUID session) -> new SessionStart.Resume(session);
            case Conversation.OfSlot() ->
                slot.session()
                        .<SessionStart>map(own -> new SessionStart.Resume(own.id()))
                        .orElseGet(() -> firstSession(slot, spec));
            case Conversation.Fresh(), Conversation.Gone() -> freshSession(slot, spec);
        };
    }

    /** Begins the slot's own conversation, and notes it before anything happens in it. */
    private SessionStart firstSession(Slot slot, LaunchSpec spec) {
        SessionStart first = freshSession(slot, spec);
        slotStore.saveSession(slot.id(), first.id());
        slot.setSession(new SlotSession(first.id(), false));
        return first;
    }

    /** The id under which the slot's spare was started, so that the task gets just that process. */
    private static SessionStart freshSession(Slot slot, LaunchSpec spec) {
        return new SessionStart.Fresh(slot.processes().spareFor(spec).orElseGet(UUID::randomUUID));
    }

    /** A task that became due since {@code before} is due at once: the claim may have been too early for it. */
    private Duration untilNextNotBefore(Instant before) {
        return queue.nextNotBefore(before)
                .map(at -> Duration.between(clock.instant(), at))
                .filter(wait -> wait.compareTo(LONGEST_SLEEP) < 0)
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .orElse(LONGEST_SLEEP);
    }

    private void sleep(Duration atMost) {
        try {
            if (signal.tryAcquire(atMost.toMillis() + 1, TimeUnit.MILLISECONDS)) {
                signal.drainPermits();
            }
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The slots that suit a task left, or lost their processes, before it could be claimed; the claim is rolled back.
     */
    private static final class NoLongerIdle extends RuntimeException {}
}
