package dev.claudepool.submit;

import java.util.List;

/**
 * What has become of items that a client waits for.
 *
 * @param ended how many of them have ended
 * @param items where each of them stands, in the order of the request
 */
record WaitView(int ended, List<Awaitable.Item> items) {}
