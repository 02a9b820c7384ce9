/** Text with references to the results of earlier steps, checked before it costs money. */
@NullMarked
package dev.claudepool.template;

import org.jspecify.annotations.NullMarked;
