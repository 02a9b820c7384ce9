/** Database infrastructure: data source, migrations, transactions, time-ordered ids. */
@NullMarked
package dev.claudepool.store;

import org.jspecify.annotations.NullMarked;
