package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.budget.Money;
import dev.claudepool.store.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** What every engine owes to the store of attempts. */
abstract class AttemptStoreContract {

    @AutoClose
    private final TestDatabase database;

    private final AttemptStore store;
    private final Instant now;

    AttemptStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new AttemptStore(database.jdbc());
        this.now = database.clock().instant();
    }

    @Test
    void keepsWhereAndWhenAnAttemptWasAndWhatItCost() {
        Task attempt = begun();

        store.end(attempt, TestingTasks.spend("0.000000001"), now.plusMillis(5));

        assertThat(rowOf(attempt))
                .isEqualTo(new Row(
                        "slot-0", String.valueOf(attempt.sessionId()), now.toEpochMilli(), now.toEpochMilli() + 5, 1));
    }

    @Test
    void settlesAnAttemptOnce() {
        Task attempt = begun();
        store.end(attempt, TestingTasks.spend("1"), now);

        assertThatIllegalStateException().isThrownBy(() -> store.end(attempt, TestingTasks.spend("2"), now));

        assertThat(rowOf(attempt).spendNanos()).isEqualTo(1_000_000_000);
    }

    @Test
    void settlesNoAttemptThatNeverBegan() {
        Task queued = inserted();

        assertThatIllegalStateException().isThrownBy(() -> store.end(queued, TestingTasks.spend("1"), now));
    }

    @Test
    void addsUpWhatWasSpentSinceATime() {
        begun();
        for (int millis : List.of(-1, 0, 1)) {
            store.end(begun(), TestingTasks.spend("0.000000001"), now.plusMillis(millis));
        }

        assertThat(store.spendSince(now)).isEqualTo(Money.ofNanos(2));
        assertThat(store.spendSince(now.plusMillis(2))).isEqualTo(Money.ZERO);
    }

    @Test
    void beginsEachEpochOnce() {
        Task attempt = begun();

        assertThatThrownBy(() -> store.begin(attempt, now)).isInstanceOf(DataAccessException.class);
    }

    private Task begun() {
        Task attempt = inserted().claimed("slot-0", UUID.randomUUID(), new TaskState.Running(false), now);
        store.begin(attempt, now);
        return attempt;
    }

    private Task inserted() {
        Task task = Task.queued(database.ids().next(), TaskSpec.ofPrompt("say hello"), now, null, null);
        new TaskStore(database.jdbc(), database.json()).insert(task, TestingTasks.STEP);
        return task;
    }

    private Row rowOf(Task attempt) {
        return database.jdbc()
                .sql("select * from attempt where task_id = :id and epoch = :epoch")
                .param("id", attempt.id().toString())
                .param("epoch", attempt.epoch())
                .query((row, _) -> new Row(
                        row.getString("slot_id"),
                        row.getString("session_id"),
                        row.getLong("started_at"),
                        row.getLong("ended_at"),
                        row.getLong("spend_nanos")))
                .single();
    }

    /** What the table holds of an attempt. */
    private record Row(String slotId, String sessionId, long startedAt, long endedAt, long spendNanos) {}
}
