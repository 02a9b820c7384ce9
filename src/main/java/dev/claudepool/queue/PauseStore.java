package dev.claudepool.queue;

import dev.claudepool.store.Columns;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code queue_pause} of one row: whether an operator has paused the queue. */
@Component
class PauseStore {

    private final JdbcClient jdbc;

    PauseStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns since when it is paused; the year 1970 where that was not stored yet. */
    Optional<Instant> pausedSince() {
        return jdbc.sql("select since from queue_pause where paused")
                .query((row, _) -> Columns.instant(row, "since"))
                .optional();
    }

    /** @param since null for no pause */
    void save(@Nullable Instant since) {
        jdbc.sql("update queue_pause set paused = :paused, since = :since")
                .param("paused", since != null)
                .param("since", Columns.millis(since))
                .update();
    }
}
