package dev.claudepool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to the store of slots. */
abstract class SlotStoreContract {

    @AutoClose
    private final TestDatabase database;

    private final SlotStore store;

    SlotStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new SlotStore(database.jdbc());
    }

    @Test
    void aSlotHasNoSessionAtFirst() {
        assertThat(store.sessionOf("slot-0")).isEmpty();
    }

    @Test
    void keepsTheLatestSessionOfEachSlot() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        UUID other = UUID.randomUUID();

        store.saveSession("slot-0", first);
        store.saveSession("slot-1", other);
        store.saveSession("slot-0", second);

        assertThat(store.sessionOf("slot-0")).contains(second);
        assertThat(store.sessionOf("slot-1")).contains(other);
    }

    @Test
    void aSlotMayBeKnownWithoutASession() {
        database.jdbc()
                .sql("insert into slot (id, session_id) values ('slot-0', null)")
                .update();

        assertThat(store.sessionOf("slot-0")).isEmpty();
    }
}
