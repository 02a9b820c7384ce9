/** The demo profile: a Messages API stand-in on loopback, for people without a key and for the tests. */
@NullMarked
package dev.claudepool.demo;

import org.jspecify.annotations.NullMarked;
