/** Tasks, or chains, that are submitted together and joined. */
@NullMarked
package dev.claudepool.fanout;

import org.jspecify.annotations.NullMarked;
