package dev.claudepool.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.flow.FlowState;
import dev.claudepool.store.SqliteTestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteChainStoreTest extends ChainStoreContract {

    private static final UUID ID = new UUID(0, 0);

    SqliteChainStoreTest() {
        super(new SqliteTestDatabase());
    }

    @Test
    void aPageIsReadInOrderFromAnIndex() {
        assertThat(planOf(ChainListStore.listing(null, ID, ChainOutline.columns(database.dialect()))))
                .singleElement()
                .asString()
                .startsWith("SEARCH chain USING");
        assertThat(planOf(ChainListStore.listing(FlowState.FAILED, ID, ChainOutline.columns(database.dialect()))))
                .singleElement()
                .asString()
                .contains("chain_state (state=? AND id<?)");
    }

    @Test
    void whatHasExpiredIsFoundInAnIndex() {
        assertThat(planOf(ChainStore.ENDED_BEFORE))
                .singleElement()
                .asString()
                .contains("chain_finished (finished_at<?)");
    }

    @ParameterizedTest
    @ValueSource(strings = {ChainStore.STOPPABLE, ChainStore.NEXT_HELD})
    void theChainsOfAFanOutAreFoundInAnIndex(String sql) {
        assertThat(planOf(sql)).singleElement().asString().contains("chain_fan_out (fan_out_id=?)");
    }

    private List<String> planOf(String sql) {
        return database.plan(
                sql,
                Map.of("state", "FAILED", "before", ID.toString(), "fanOut", ID.toString(), "limit", 10, "skip", 0));
    }
}
