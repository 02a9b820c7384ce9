package dev.claudepool.task;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code attempt}: one row for each time a slot took a task. */
@Component
class AttemptStore {

    private final JdbcClient jdbc;

    AttemptStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void begin(Task claimed, Instant now) {
        jdbc.sql("""
                        insert into attempt (task_id, epoch, slot_id, session_id, started_at)
                        values (:task, :epoch, :slot, :session, :now)""")
                .param("task", claimed.id().toString())
                .param("epoch", claimed.epoch())
                .param("slot", claimed.slotId())
                .param("session", String.valueOf(claimed.sessionId()))
                .param("now", now.toEpochMilli())
                .update();
    }

    /**
     * Notes the end of an attempt and what it cost.
     *
     * @throws IllegalStateException when it has ended already: an attempt is settled once
     */
    void end(Task attempt, Spend spend, Instant now) {
        int changed = jdbc.sql("""
                        update attempt set ended_at = :now, spend_nanos = :spend
                        where task_id = :task and epoch = :epoch and ended_at is null""")
                .param("now", now.toEpochMilli())
                .param("spend", spend.usd().nanos())
                .param("task", attempt.id().toString())
                .param("epoch", attempt.epoch())
                .update();
        if (changed != 1) {
            throw new IllegalStateException(attempt + " was settled before");
        }
    }

    /** What the attempts cost that ended at or after {@code since}. */
    Money spendSince(Instant since) {
        return Money.ofNanos(jdbc.sql("select coalesce(sum(spend_nanos), 0) from attempt where ended_at >= :since")
                .param("since", since.toEpochMilli())
                .query(Long.class)
                .single());
    }
}
