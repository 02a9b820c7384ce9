package dev.claudepool.web;

import java.util.AbstractCollection;
import java.util.Iterator;

/** Items that are read one after another while they are written into an answer, and so are never all in memory. */
public final class StreamedItems<T> extends AbstractCollection<T> {

    private final int size;
    private final Iterable<T> items;

    /**
     * @param size how many there are, unless some are deleted meanwhile
     * @param items reads each when it comes to it
     */
    public StreamedItems(int size, Iterable<T> items) {
        this.size = size;
        this.items = items;
    }

    @Override
    public Iterator<T> iterator() {
        return items.iterator();
    }

    @Override
    public int size() {
        return size;
    }
}
