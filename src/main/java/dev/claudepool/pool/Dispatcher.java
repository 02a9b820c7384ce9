package dev.claudepool.pool;

import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.task.Conversation;
import dev.claudepool.task.Task;
import dev.claudepool.task.TaskQueue;
import dev.claudepool.task.TaskQueue.Placement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

    private final TaskQueue queue;
    private final RunningAttempts attempts;
    private final LaunchSpecs specs;
    private final ProviderGate gate;
    private final List<Slot> slots;
    private final InstantSource clock;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("dispatcher").unstarted(this::dispatch);
    private volatile boolean stopping;

    Dispatcher(
            TaskQueue queue,
            RunningAttempts attempts,
            LaunchSpecs specs,
            ProviderGate gate,
            List<Slot> slots,
            InstantSource clock) {
        this.queue = queue;
        this.attempts = attempts;
        this.specs = specs;
        this.gate = gate;
        this.slots = slots;
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
                if (!dispatchOne()) {
                    sleep(untilNextNotBefore());
                }
            } catch (DataAccessException | TransactionException e) {
                log.error(
                        "The store cannot be used, trying again: {}",
                        NestedExceptionUtils.getMostSpecificCause(e).getMessage());
                sleep(STORE_PAUSE);
            }
        }
    }

    private boolean dispatchOne() {
        Map<String, Slot> idle = slots.stream()
                .filter(slot -> slot.state() instanceof SlotState.Idle)
                .collect(Collectors.toMap(Slot::id, slot -> slot));
        if (gate.isClosed() || idle.isEmpty()) {
            return false;
        }
        AtomicReference<@Nullable UUID> placed = new AtomicReference<>();
        try {
            Optional<Task> claimed = queue.claim(idle.keySet(), (task, conversation) -> {
                Placement placement = place(task, conversation, idle);
                placed.set(task.id());
                return placement;
            });
            claimed.ifPresent(attempts::start);
            return claimed.isPresent();
        } catch (DataAccessException | TransactionException e) {
            Optional.ofNullable(placed.get())
                    .flatMap(attempts::forget)
                    .ifPresent(attempt -> attempt.slot().unreserve());
            throw e;
        }
    }

    /** Reserves the slot that suits the task best. Runs inside the claim's transaction. */
    private Placement place(Task task, Conversation conversation, Map<String, Slot> idle) {
        LaunchSpec spec = specs.of(task.spec());
        Slot slot = idle.values().stream()
                .filter(candidate -> task.spec().slot() == null
                        || candidate.id().equals(task.spec().slot()))
                .min(Comparator.comparing((Slot candidate) -> !holds(candidate, conversation))
                        .thenComparing(Slot::idleSince))
                .orElseThrow();
        UUID session = session(slot, spec, conversation);
        if (!slot.reserve(task.id())) {
            throw new IllegalStateException(slot.id() + " is not idle any more");
        }
        attempts.register(task.id(), new Attempt(slot, spec, conversation, session));
        return new Placement(slot.id(), session);
    }

    private static boolean holds(Slot slot, Conversation conversation) {
        return conversation instanceof Conversation.Existing(UUID session)
                && slot.processes().holdsConversation(session);
    }

    private static UUID session(Slot slot, LaunchSpec spec, Conversation conversation) {
        return switch (conversation) {
            case Conversation.Existing(UUID session) -> session;
            case Conversation.Interrupted(UUID session) -> session;
            case Conversation.OfSlot() -> slot.sessionId().orElseGet(() -> freshSession(slot, spec));
            case Conversation.Fresh(), Conversation.Gone() -> freshSession(slot, spec);
        };
    }

    /** The id under which the slot's spare was started, so that the task gets just that process. */
    private static UUID freshSession(Slot slot, LaunchSpec spec) {
        return slot.processes().spareFor(spec).orElseGet(UUID::randomUUID);
    }

    private Duration untilNextNotBefore() {
        return queue.nextNotBefore()
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
}
