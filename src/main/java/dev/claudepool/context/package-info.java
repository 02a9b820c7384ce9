/** Shared context: notes of the operators that every slot sees in its system prompt. */
@NullMarked
package dev.claudepool.context;

import org.jspecify.annotations.NullMarked;
