package dev.claudepool.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.TaskSpec;
import dev.claudepool.task.TestingSpecs;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** What every engine owes to the store of idempotency keys. */
abstract class IdempotencyStoreContract {

    private static final TaskSpec SPEC = TaskSpec.ofPrompt("say hello");

    @AutoClose
    private final TestDatabase database;

    private final IdempotencyStore store;
    private final Idempotency idempotency;
    private final Instant now;

    IdempotencyStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new IdempotencyStore(database.jdbc());
        this.idempotency = new Idempotency(store, database.json(), database.clock());
        this.now = database.clock().instant();
    }

    @Test
    void findsTheFirstUseOfAKey() {
        UUID resource = UUID.randomUUID();

        store.insert("key", "digest", resource, now);

        assertThat(store.find("key")).contains(new IdempotencyStore.Use(resource, "digest"));
        assertThat(store.find("KEY")).isEmpty();
        assertThat(store.find("ke_")).isEmpty();
    }

    @Test
    void takesAKeyOnce() {
        store.insert("key", "digest", UUID.randomUUID(), now);

        assertThatThrownBy(() -> store.insert("key", "digest", UUID.randomUUID(), now))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void theSameRequestGetsWhatTheFirstHasMade() {
        TaskSpec same = database.json().readValue("{ \"prompt\" : \"say hello\", \"tags\": [] }", TaskSpec.class);
        UUID first = idempotency.once("key", SPEC, UUID::randomUUID);

        assertThat(idempotency.once("key", same, UUID::randomUUID)).isEqualTo(first);
        assertThat(idempotency.once("other", SPEC, UUID::randomUUID)).isNotEqualTo(first);
        assertThat(idempotency.once(null, SPEC, UUID::randomUUID)).isNotEqualTo(first);
    }

    @Test
    void aForgottenKeyMayBeUsedAnew() {
        UUID first = idempotency.once("key", SPEC, UUID::randomUUID);

        idempotency.forget(List.of(first));

        assertThat(idempotency.once("key", TaskSpec.ofPrompt("another"), UUID::randomUUID))
                .isNotEqualTo(first);
    }

    @Test
    void everyDifferenceInARequestIsAConflict() {
        var _ = idempotency.once("key", SPEC, UUID::randomUUID);

        for (TaskSpec other : List.of(
                TaskSpec.ofPrompt("say hello "),
                TestingSpecs.spec("priority", 1),
                TestingSpecs.spec("tags", List.of("a")),
                TestingSpecs.spec("slashCommands", true))) {
            assertThatThrownBy(() -> idempotency.once("key", other, UUID::randomUUID))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.IDEMPOTENCY_CONFLICT));
        }
    }
}
