/** Money, tokens and what was spent. */
@NullMarked
package dev.claudepool.budget;

import org.jspecify.annotations.NullMarked;
