package dev.claudepool.slot;

import dev.claudepool.claude.ClaudeProcess;
import dev.claudepool.claude.LaunchSpec;
import dev.claudepool.slot.SlotProperties.Isolation;
import org.springframework.stereotype.Component;

/** Decides whether a process that has done its task may take another, once it has forgotten the first. */
@Component
class Recycling {

    private final Isolation isolation;
    private final RecycleProperties limits;

    Recycling(SlotProperties pool, RecycleProperties limits) {
        this.isolation = pool.isolation();
        this.limits = limits;
    }

    /** @param next what it would have to serve */
    boolean allows(ClaudeProcess process, LaunchSpec next) {
        return isolation == Isolation.CONVERSATION
                && process.isAlive()
                && next.servedBy(process.spec())
                && process.sessions() < limits.turns()
                && process.age().compareTo(limits.age()) < 0
                && process.memory().compareTo(limits.memory()) < 0;
    }
}
