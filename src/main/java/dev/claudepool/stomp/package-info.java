/** The event feed as STOMP over WebSocket. */
@NullMarked
package dev.claudepool.stomp;

import org.jspecify.annotations.NullMarked;
