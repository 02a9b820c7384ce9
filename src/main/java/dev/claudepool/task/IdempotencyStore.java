package dev.claudepool.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code idempotency_key}: which task a key was first used for, and a digest of that request. */
@Component
class IdempotencyStore {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    IdempotencyStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<Use> find(String key) {
        return jdbc.sql("select task_id, request from idempotency_key where key = :key")
                .param("key", key)
                .query((row, _) -> new Use(UUID.fromString(row.getString("task_id")), row.getString("request")))
                .optional();
    }

    void insert(String key, TaskSpec spec, UUID task, Instant now) {
        jdbc.sql("insert into idempotency_key (key, request, task_id, created_at) values (:key, :request, :task, :now)")
                .param("key", key)
                .param("request", digest(spec))
                .param("task", task.toString())
                .param("now", now.toEpochMilli())
                .update();
    }

    String digest(TaskSpec spec) {
        try {
            byte[] document = json.writeValueAsString(spec).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first use of a key. */
    record Use(UUID taskId, String request) {}
}
