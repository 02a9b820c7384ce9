/** Numbered facts about tasks, slots and the pool: append, read after a number, listen. */
@NullMarked
package dev.claudepool.event;

import org.jspecify.annotations.NullMarked;
