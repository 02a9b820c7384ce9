package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;

/** Who changed the state of the pool. */
@Schema(enumAsRef = true)
enum PoolActor {
    /** Somebody with an administrator's token. */
    OPERATOR,
    /** The provider of the model, which refuses the credentials or is at its limit. */
    PROVIDER,
    /** The service itself, as it starts and stops. */
    SERVICE;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
