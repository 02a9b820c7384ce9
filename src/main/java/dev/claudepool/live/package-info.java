/** Events over STOMP and SSE, with replay. */
@NullMarked
package dev.claudepool.live;

import org.jspecify.annotations.NullMarked;
