/** Tasks, their sealed states and attempts: submit, claim, settle, cancel, wait, list. */
@NullMarked
package dev.claudepool.task;

import org.jspecify.annotations.NullMarked;
