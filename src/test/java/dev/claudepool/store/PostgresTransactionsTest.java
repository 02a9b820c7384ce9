package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.core.NestedExceptionUtils;

class PostgresTransactionsTest extends TransactionsContract {

    PostgresTransactionsTest() {
        super(new PostgresTestDatabase());
    }

    /** Messages get into the log, and rows hold prompts. */
    @Test
    void anErrorQuotesNothingOfTheRow() {
        assertThatThrownBy(() -> database.transactions()
                        .writing(() -> database.jdbc()
                                .sql("insert into context_entry (key, value, updated_at) values (:key, :key, null)")
                                .param("key", "a secret")
                                .update()))
                .satisfies(failure -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure)
                                .getMessage())
                        .contains("violates not-null constraint")
                        .doesNotContain("a secret"));
    }
}
