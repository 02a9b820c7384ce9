package dev.claudepool.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SqliteFlowTaskTest extends FlowTaskContract {

    SqliteFlowTaskTest() {
        super(new SqliteTestDatabase());
    }

    private static final UUID ID = new UUID(0, 0);

    @Test
    void theTasksOfAFanOutAreFoundInAnIndexAlone() {
        assertThat(database.plan(FlowTaskStore.ELEMENTS, Map.of("fanOut", ID.toString())))
                .singleElement()
                .asString()
                .startsWith("SEARCH task USING COVERING INDEX task_fan_out_element");
        assertThat(database.plan(FlowTaskStore.ENDED, Map.of("fanOut", ID.toString())))
                .singleElement()
                .asString()
                .startsWith("SEARCH task USING COVERING INDEX task_fan_out ");
    }
}
