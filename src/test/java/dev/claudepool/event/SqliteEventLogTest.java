package dev.claudepool.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqliteEventLogTest extends EventLogContract {

    SqliteEventLogTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void whatHasExpiredIsFoundInAnIndex() {
        assertThat(database.plan(EventStore.EXPIRED, Map.of("before", 1L, "limit", 10)))
                .anyMatch(step -> step.startsWith("SEARCH event USING") && step.contains("event_at (at<?)"))
                .noneMatch(step -> step.contains("TEMP B-TREE"));
    }
}
