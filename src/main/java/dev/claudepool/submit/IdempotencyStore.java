package dev.claudepool.submit;

import dev.claudepool.store.Columns;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code idempotency_key}: what a key was first used for, and a digest of that request. */
@Component
class IdempotencyStore {

    private final JdbcClient jdbc;

    IdempotencyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Use> find(String key) {
        return jdbc.sql("select resource_id, request from idempotency_key where key = :key")
                .param("key", key)
                .query((row, _) -> new Use(Columns.id(row, "resource_id"), row.getString("request")))
                .optional();
    }

    void insert(String key, String request, UUID resource, Instant now) {
        jdbc.sql("insert into idempotency_key (key, request, resource_id, created_at)"
                        + " values (:key, :request, :resource, :now)")
                .param("key", key)
                .param("request", request)
                .param("resource", resource.toString())
                .param("now", now.toEpochMilli())
                .update();
    }

    /** Forgets the uses for these. */
    void delete(Collection<UUID> resources) {
        if (!resources.isEmpty()) {
            jdbc.sql("delete from idempotency_key where resource_id in (:resources)")
                    .param("resources", resources.stream().map(UUID::toString).toList())
                    .update();
        }
    }

    /** The first use of a key. */
    record Use(UUID resourceId, String request) {}
}
