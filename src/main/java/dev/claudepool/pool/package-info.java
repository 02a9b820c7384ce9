/** The slots of this node: dispatch, supervision, recovery, status. */
@NullMarked
package dev.claudepool.pool;

import org.jspecify.annotations.NullMarked;
