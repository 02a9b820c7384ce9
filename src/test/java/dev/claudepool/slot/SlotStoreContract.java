package dev.claudepool.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.claude.Effort;
import dev.claudepool.claude.PermissionMode;
import dev.claudepool.store.TestDatabase;
import dev.claudepool.task.McpServers;
import dev.claudepool.task.TaskConfig;
import java.time.Duration;
import java.util.List;
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
        this.store = new SlotStore(database.jdbc(), database.json());
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

        assertThat(store.sessionOf("slot-0")).contains(new SlotSession(second, false));
        assertThat(store.sessionOf("slot-1")).contains(new SlotSession(other, false));
    }

    @Test
    void aSessionBeginsOnceAndForItsSlotOnly() {
        UUID session = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        store.saveSession("slot-0", session);
        store.saveSession("slot-1", other);

        store.sessionBegun(session);

        assertThat(store.sessionOf("slot-0")).contains(new SlotSession(session, true));
        assertThat(store.sessionOf("slot-1")).contains(new SlotSession(other, false));
    }

    @Test
    void aNewSessionHasNotBegun() {
        UUID second = UUID.randomUUID();
        UUID first = UUID.randomUUID();
        store.saveSession("slot-0", first);
        store.sessionBegun(first);

        store.saveSession("slot-0", second);

        assertThat(store.sessionOf("slot-0")).contains(new SlotSession(second, false));
    }

    @Test
    void keepsSettingsAndSessionApart() {
        TaskConfig config = new TaskConfig(
                "opus",
                Effort.HIGH,
                PermissionMode.ACCEPT_EDITS,
                "Be brief",
                List.of("Read"),
                List.of(),
                7,
                McpServers.defined(database.json()
                        .createObjectNode()
                        .set("one", database.json().createObjectNode().put("command", "x"))),
                "haiku",
                database.json().createObjectNode().put("type", "object"),
                Duration.ofMinutes(3));
        SlotSettings settings = new SlotSettings("Ada", "analyzer", "Finds \u0000 causes", config);
        UUID session = UUID.randomUUID();

        store.saveSettings("slot-0", settings);
        store.saveSession("slot-0", session);

        assertThat(store.settingsOf("slot-0")).isEqualTo(settings);
        assertThat(store.sessionOf("slot-0")).contains(new SlotSession(session, false));
        assertThat(store.settingsOf("slot-1")).isEqualTo(SlotSettings.NONE);
    }

    @Test
    void aSlotMayBeKnownWithoutASession() {
        database.jdbc()
                .sql("insert into slot (id, session_id) values ('slot-0', null)")
                .update();

        assertThat(store.sessionOf("slot-0")).isEmpty();
    }
}
