package dev.claudepool.chain;

import io.swagger.v3.oas.annotations.media.Schema;

/** A chain in a list. */
@Schema(oneOf = {ChainSummary.class, ChainView.class})
sealed interface ChainItem permits ChainSummary, ChainView {}
