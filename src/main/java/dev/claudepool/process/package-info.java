/** Processes of the operating system: starting, finding, limiting and ending them. */
@NullMarked
package dev.claudepool.process;

import org.jspecify.annotations.NullMarked;
