package dev.claudepool.submit;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A kind of work for whose end clients can wait. Thread-safe. */
public interface Awaitable {

    /** Returns where those of these items stand that are of this kind. */
    List<Item> awaited(Collection<UUID> ids);

    /**
     * An item, and where it stands.
     *
     * @param state the name of its state; null when it was deleted meanwhile
     * @param ended whether it has ended
     */
    @Schema(name = "AwaitedItem")
    record Item(UUID id, Kind kind, @Nullable String state, boolean ended) {

        Item deleted() {
            return new Item(id, kind, null, true);
        }
    }

    /** What an item is. */
    @Schema(enumAsRef = true, name = "AwaitedKind")
    enum Kind {
        TASK,
        CHAIN,
        FAN_OUT;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
