package dev.claudepool.slot;

import dev.claudepool.store.RowReader;
import dev.claudepool.store.StoredJson;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code slot}: what a slot keeps over a restart of the service, as far as it can be read. */
@Component
class SlotStore {

    private final JdbcClient jdbc;
    private final RowReader reader = new RowReader("slot");
    private final JsonMapper json;

    SlotStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = StoredJson.mapper(json);
    }

    /** The slot's own conversation. */
    Optional<SlotSession> sessionOf(String slotId) {
        return jdbc.sql("select session_id, session_begun from slot where id = :id and session_id is not null")
                .param("id", slotId)
                .query((row, _) -> reader.read(
                        slotId,
                        () -> new SlotSession(
                                UUID.fromString(row.getString("session_id")), row.getBoolean("session_begun"))))
                .optional()
                .flatMap(session -> session);
    }

    /** Whether it is the own conversation of a slot, whether that slot is there now or not. */
    boolean has(UUID session) {
        return jdbc.sql("select exists (select 1 from slot where session_id = :session)")
                .param("session", session.toString())
                .query(Boolean.class)
                .single();
    }

    /** Gives the slot a conversation in which nothing was said yet. */
    void saveSession(String slotId, UUID session) {
        jdbc.sql("""
                        insert into slot (id, session_id, session_begun) values (:id, :session, false)
                        on conflict (id) do update set session_id = excluded.session_id, session_begun = false""").param("id", slotId).param("session", session.toString()).update();
    }

    /** Something was said in this conversation, whichever slot it belongs to, if any. */
    void sessionBegun(UUID session) {
        jdbc.sql("update slot set session_begun = true where session_id = :session and not session_begun")
                .param("session", session.toString())
                .update();
    }

    /** What was decided about the slot; nothing, when it never was. */
    SlotSettings settingsOf(String slotId) {
        return jdbc.sql("select settings from slot where id = :id and settings is not null")
                .param("id", slotId)
                .query((row, _) ->
                        reader.read(slotId, () -> json.readValue(row.getString("settings"), SlotSettings.class)))
                .optional()
                .flatMap(settings -> settings)
                .orElse(SlotSettings.NONE);
    }

    void saveSettings(String slotId, SlotSettings settings) {
        jdbc.sql("""
                        insert into slot (id, settings) values (:id, :settings)
                        on conflict (id) do update set settings = excluded.settings""")
                .param("id", slotId)
                .param("settings", json.writeValueAsString(settings))
                .update();
    }
}
