package dev.claudepool.slot;

import java.util.UUID;

/**
 * A slot's own session.
 *
 * @param id chosen by us before anything was said in it
 * @param begun whether something was; until then the CLI may not know it
 */
record SlotSession(UUID id, boolean begun) {}
