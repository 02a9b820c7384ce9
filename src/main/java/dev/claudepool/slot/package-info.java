/** Slots: a place with a warm process each, its state, health, lease, settings and spare process. */
@NullMarked
package dev.claudepool.slot;

import org.jspecify.annotations.NullMarked;
