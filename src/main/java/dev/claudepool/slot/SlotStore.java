package dev.claudepool.slot;

import dev.claudepool.store.Columns;
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

    /** The slot's own session. */
    Optional<SlotSession> sessionOf(String slotId) {
        return jdbc.sql("select session_id, session_begun from slot where id = :id and session_id is not null")
                .param("id", slotId)
                .query((row, _) -> reader.read(
                        slotId, () -> new SlotSession(Columns.id(row, "session_id"), row.getBoolean("session_begun"))))
                .optional()
                .flatMap(session -> session);
    }

    /** Returns whether a slot, present or not, has this as its own session. */
    boolean has(UUID session) {
        return jdbc.sql("select exists (select 1 from slot where session_id = :session)")
                .param("session", session.toString())
                .query(Boolean.class)
                .single();
    }

    /** Stores the slot's own session, in which nothing was said yet. */
    void saveSession(String slotId, UUID session) {
        jdbc.sql("""
                        insert into slot (id, session_id, session_begun) values (:id, :session, false)
                        on conflict (id) do update set session_id = excluded.session_id, session_begun = false""").param("id", slotId).param("session", session.toString()).update();
    }

    /** Notes that something was said in this session, if it is the own session of a slot. */
    void sessionBegun(UUID session) {
        jdbc.sql("update slot set session_begun = true where session_id = :session and not session_begun")
                .param("session", session.toString())
                .update();
    }

    /** The settings of the slot; {@link SlotSettings#NONE} when none were made. */
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
