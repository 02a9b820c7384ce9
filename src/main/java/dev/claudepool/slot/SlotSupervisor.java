package dev.claudepool.slot;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.claude.LaunchResult;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a spare process ready in a slot, on a virtual thread, with pauses after failed starts; ends all processes when
 * the slot stops.
 */
class SlotSupervisor {

    private static final Logger log = LoggerFactory.getLogger(SlotSupervisor.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final Duration LONGEST_END = Duration.ofSeconds(15);

    private final Slot slot;
    private final SlotProcesses processes;
    private final Semaphore requested = new Semaphore(1);
    private final Thread thread;
    private volatile boolean stopped;

    SlotSupervisor(Slot slot, SlotProcesses processes) {
        this.slot = slot;
        this.processes = processes;
        this.thread = Thread.ofVirtual().name(slot.id() + "-supervisor").unstarted(this::supervise);
    }

    void start() {
        thread.start();
    }

    /** A process may be missing, and may be started now. */
    void requestSpare() {
        requested.release();
    }

    /** Starts no more. */
    void stop() {
        stopped = true;
        requested.release();
    }

    /** Waits until none is left; not for ever, since one may hang in its start. */
    void join() throws InterruptedException {
        boolean _ = thread.join(LONGEST_END);
    }

    boolean hasEnded() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    private void supervise() {
        try {
            while (awaitRequest()) {
                if (slot.state().takesTasks() && !slot.pausesBefore(this::requestSpare)) {
                    provide();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            processes.closeAll(); // one may have been started while the others were being ended
        }
    }

    private void provide() throws InterruptedException {
        try {
            if (processes.hasSpareFor(slot.standard())) {
                slot.ready();
            } else if (slot.mayStartSpare()) {
                onLaunched(processes.startSpare(slot.standard()));
            }
        } catch (RuntimeException e) {
            log.error("A spare process could not be started slot={}", slot.id(), e);
            onLaunched(new LaunchResult.Failed(
                    Failure.of(FailureCode.CLI_START_FAILED, "The service failed to start claude.")));
        }
    }

    private void onLaunched(LaunchResult launch) {
        switch (launch) {
            case LaunchResult.Ready _ -> slot.started();
            case LaunchResult.Failed failed -> slot.startFailed(failed.failure());
        }
        requestSpare(); // to use it, or to try again; what is needed may also have changed meanwhile
    }

    private void endHung() {
        try {
            processes.endHung();
        } catch (RuntimeException e) {
            log.error("Idle processes could not be checked slot={}", slot.id(), e);
        }
    }

    /** Waits until a process is requested, and ends idle ones that hang meanwhile; returns false if the slot stops. */
    private boolean awaitRequest() throws InterruptedException {
        while (!requested.tryAcquire(BETWEEN_LOOKS.toNanos(), TimeUnit.NANOSECONDS)) {
            endHung();
        }
        requested.drainPermits();
        return !stopped;
    }
}
