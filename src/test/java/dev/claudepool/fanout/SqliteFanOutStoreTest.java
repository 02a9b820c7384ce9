package dev.claudepool.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.flow.FlowState;
import dev.claudepool.store.SqliteTestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SqliteFanOutStoreTest extends FanOutStoreContract {

    private static final UUID ID = new UUID(0, 0);

    SqliteFanOutStoreTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void aPageIsReadInOrderFromAnIndex() {
        assertThat(planOf(FanOutStore.listing(null, ID)))
                .singleElement()
                .asString()
                .startsWith("SEARCH fan_out USING");
        assertThat(planOf(FanOutStore.listing(FlowState.FAILED, ID)))
                .singleElement()
                .asString()
                .contains("fan_out_state (state=? AND id<?)");
    }

    @Test
    void whatHasExpiredIsFoundInAnIndex() {
        assertThat(planOf(FanOutStore.ENDED_BEFORE))
                .singleElement()
                .asString()
                .contains("fan_out_finished (finished_at<?)");
    }

    private List<String> planOf(String sql) {
        return database.plan(sql, Map.of("state", "FAILED", "before", ID.toString(), "limit", 10, "skip", 0));
    }
}
