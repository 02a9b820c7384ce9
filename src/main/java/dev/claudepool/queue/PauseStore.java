package dev.claudepool.queue;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code queue_pause} of one row: whether an operator has paused the queue. */
@Component
class PauseStore {

    private final JdbcClient jdbc;

    PauseStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean isPaused() {
        return jdbc.sql("select paused from queue_pause").query(Boolean.class).single();
    }

    void save(boolean paused) {
        jdbc.sql("update queue_pause set paused = :paused")
                .param("paused", paused)
                .update();
    }
}
