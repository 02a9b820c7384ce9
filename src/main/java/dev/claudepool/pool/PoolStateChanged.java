package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code pool.state}.
 *
 * @param reason why the pool pauses by itself; null otherwise
 * @param until when a pause ends by itself
 */
record PoolStateChanged(
        PoolState state,
        @Nullable String reason,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant until) implements EventData {

    @Override
    public EventType type() {
        return EventType.POOL_STATE;
    }
}
