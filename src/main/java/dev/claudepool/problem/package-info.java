/** Problems: their codes, and the rules for fields that features check. No servlet type is in sight. */
@NullMarked
package dev.claudepool.problem;

import org.jspecify.annotations.NullMarked;
