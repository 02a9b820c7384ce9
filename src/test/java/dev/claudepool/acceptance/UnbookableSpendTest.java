package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Books that are full stop no task half-way. */
class UnbookableSpendTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void taskWhoseSpendIsMoreThanTheBooksHoldFailsAndTheSlotGoesOn() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            pool.bean(JdbcClient.class)
                    .sql("update account set spent_nanos = :most")
                    .param("most", Long.MAX_VALUE - 1)
                    .update();

            for (int i = 0; i < 3; i++) {
                JsonNode task = pool.client().awaitEnd(pool.client().submit("x"), LONGEST);
                assertThatTask(task).hasFailed("execution-error");
            }

            assertThat(Books.of(pool.client()).reserved()).isZero();
            await("the slot is ready")
                    .atMost(LONGEST)
                    .until(() -> pool.client()
                            .get("/slots/slot-0")
                            .json()
                            .at("/state")
                            .asString()
                            .equals("IDLE"));
        }
    }
}
