package dev.claudepool.dispatch;

import dev.claudepool.claude.SessionFiles;
import dev.claudepool.slot.Slots;
import dev.claudepool.store.Expiring;
import dev.claudepool.store.RetentionProperties;
import dev.claudepool.task.TaskStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Deletes session files that belong to no task, slot or process; runs after tasks were deleted, so that their files go
 * in the same round.
 */
@Component
@Order(Expiring.REMOVES_TASKS + 1)
class SessionExpiry implements Expiring {

    private static final Logger log = LoggerFactory.getLogger(SessionExpiry.class);

    private final SessionFiles files;
    private final TaskStore tasks;
    private final Slots slots;
    private final RetentionProperties retention;

    SessionExpiry(SessionFiles files, TaskStore tasks, Slots slots, RetentionProperties retention) {
        this.files = files;
        this.tasks = tasks;
        this.slots = slots;
        this.retention = retention;
    }

    /** Removes all at once: nothing of this is in the store, so nobody waits for it. */
    @Override
    public int expire(Instant now) {
        List<UUID> expired = files.untouchedSince(retention.tasksBefore(now)).stream()
                .filter(session -> !isInUse(session))
                .toList();
        files.delete(expired);
        if (!expired.isEmpty()) {
            log.info("Deleted the files of sessions without tasks count={}", expired.size());
        }
        files.measure();
        return 0;
    }

    private boolean isInUse(UUID session) {
        return tasks.hasSession(session) || slots.isUsing(session);
    }
}
