package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of {@code pool.state}.
 *
 * @param actor who changed it
 * @param by the name of the operator's token
 * @param reason what the provider said; null for another actor
 * @param until when a pause ends by itself
 */
record PoolStateChanged(
        PoolState state,
        PoolActor actor,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String by,
        @Nullable String reason,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant until)
        implements EventData {

    @Override
    public EventType type() {
        return EventType.POOL_STATE;
    }
}
