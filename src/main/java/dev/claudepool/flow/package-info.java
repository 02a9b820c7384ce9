/** What chains and fan-outs share: their tasks, deadlines and expiry. */
@NullMarked
package dev.claudepool.flow;

import org.jspecify.annotations.NullMarked;
