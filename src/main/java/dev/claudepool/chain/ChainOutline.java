package dev.claudepool.chain;

import dev.claudepool.task.TaskError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chain without what may be long: its steps, of which only the states are counted.
 *
 * @param failure why the first step has failed that did
 */
record ChainOutline(
        UUID id,
        @Nullable String name,
        Chain.State state,
        Chain.@Nullable Stop stop,
        List<String> tags,
        Instant createdAt,
        @Nullable Instant finishedAt,
        @Nullable UUID fanOutId,
        Map<StepState.Name, Integer> steps,
        @Nullable TaskError failure) {

    /** Longer specs are not read as a whole. SQLite looks up the length without reading the text. */
    private static final int LONG_SPEC = 16 * 1024;

    /** The columns that it is read from, of the table {@code chain}, but those of its steps. */
    static final String COLUMNS = """
            id, state, stop, created_at, finished_at, fan_out_id,
            case when octet_length(spec) <= %d or not json_valid(spec) then spec
              else json_object('name', spec -> 'name', 'tags', spec -> 'tags') end as spec""".formatted(LONG_SPEC);

    ChainOutline with(Map<StepState.Name, Integer> counted, @Nullable TaskError firstFailure) {
        return new ChainOutline(id, name, state, stop, tags, createdAt, finishedAt, fanOutId, counted, firstFailure);
    }
}
