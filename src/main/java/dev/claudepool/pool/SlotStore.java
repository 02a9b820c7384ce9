package dev.claudepool.pool;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code slot}: what a slot keeps over a restart of the service. */
@Component
class SlotStore {

    private final JdbcClient jdbc;

    SlotStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The slot's own conversation. */
    Optional<UUID> sessionOf(String slotId) {
        return jdbc.sql("select session_id from slot where id = :id")
                .param("id", slotId)
                .query(String.class)
                .optional()
                .map(UUID::fromString);
    }

    void saveSession(String slotId, UUID session) {
        jdbc.sql("""
                        insert into slot (id, session_id) values (:id, :session)
                        on conflict (id) do update set session_id = excluded.session_id""").param("id", slotId).param("session", session.toString()).update();
    }
}
