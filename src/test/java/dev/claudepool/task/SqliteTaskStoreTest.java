package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqliteTaskStoreTest extends TaskStoreContract {

    SqliteTaskStoreTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void endsAreCountedInAnIndexAlone() {
        assertThat(database.plan(TaskStore.ENDS, Map.of("since", 1L)))
                .singleElement()
                .asString()
                .startsWith("SEARCH task USING COVERING INDEX task_finished");
    }
}
