/** claude-pool: warm {@code claude} processes behind one HTTP and WebSocket interface. */
@NullMarked
package dev.claudepool;

import org.jspecify.annotations.NullMarked;
