package dev.claudepool.event;

import dev.claudepool.store.Transactions;
import java.util.ArrayList;
import java.util.List;

/** Events that are still to be written, in their order. Thread-safe. */
public class PendingEvents<T> {

    private final List<T> things = new ArrayList<>();

    public synchronized void add(T thing) {
        things.add(thing);
    }

    public synchronized boolean isEmpty() {
        return things.isEmpty();
    }

    /** Takes all, to be written in the current transaction; if that is rolled back, they are here again. */
    public List<T> takeIn(Transactions transactions) {
        List<T> taken = take();
        transactions.afterRollback(() -> putBack(taken));
        return taken;
    }

    private synchronized List<T> take() {
        List<T> taken = List.copyOf(things);
        things.clear();
        return taken;
    }

    private synchronized void putBack(List<T> taken) {
        things.addAll(0, taken);
    }
}
