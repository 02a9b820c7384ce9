package dev.claudepool.pool;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.slot.SlotView;
import java.util.List;

/**
 * The pool as clients see it.
 *
 * @param seq the number of the newest event when this was read; what came after it is not in here
 * @param stats the figures; they stand beside the others in the JSON
 */
record PoolStatus(long seq, @JsonUnwrapped PoolStats stats, List<SlotView> slots) {}
