package dev.claudepool.context;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.Transactions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** The notes that all slots see in their system prompt. Thread-safe. */
@Service
public class SharedContext {

    private static final Logger log = LoggerFactory.getLogger(SharedContext.class);

    private final ContextStore store;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Collection<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile String prompt;

    SharedContext(ContextStore store, Transactions transactions, InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
        this.prompt = ContextPrompt.of(store.all());
    }

    /**
     * Returns what belongs into the system prompt of every slot: at most some 400,000 characters, without a line break
     * at the end; empty when there are no notes. Equal notes give equal text. It costs nothing: it is made at each
     * change, and is always that of the last commit.
     */
    public String prompt() {
        return prompt;
    }

    /**
     * Calls {@code listener} after the commit of every change, when {@link #prompt()} gives the new text, on the thread
     * that caused it. A listener must be quick, must not block and must not write; it stays for good.
     */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** All entries by key. */
    List<ContextEntry> entries() {
        return List.copyOf(store.all().values());
    }

    /** @throws ProblemException {@code context-key-not-found}, or {@code validation-failed} when it cannot be a key */
    ContextEntry get(String key) {
        ContextRules.check(key);
        return store.find(key).orElseThrow(SharedContext::notFound);
    }

    /**
     * Gives the key this value; when this returns, it is on disk. Where the key has that value already, nothing
     * changes.
     *
     * @throws ProblemException {@code validation-failed} when key, value or the whole would break {@link ContextRules}
     */
    Saved put(String key, String value) {
        ContextRules.check(key, value);
        return transactions.write(() -> {
            SortedMap<String, ContextEntry> entries = store.all();
            ContextEntry before = entries.get(key);
            if (before != null && before.value().equals(value)) {
                return new Saved(before, false);
            }
            ContextEntry after = new ContextEntry(key, value, clock.instant());
            entries.put(key, after);
            ContextRules.check(entries.values());
            store.save(after);
            changed(entries);
            return new Saved(after, before == null);
        });
    }

    /** @throws ProblemException {@code context-key-not-found}, or {@code validation-failed} when it cannot be a key */
    void delete(String key) {
        ContextRules.check(key);
        transactions.writing(() -> {
            if (!store.delete(key)) {
                throw notFound();
            }
            changed(store.all());
        });
    }

    private void changed(SortedMap<String, ContextEntry> entries) {
        String text = ContextPrompt.of(entries);
        transactions.afterCommit(() -> {
            prompt = text;
            listeners.forEach(SharedContext::tell);
        });
    }

    /** One listener's trouble is not the others'. */
    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            log.error("A listener to the shared context failed", e);
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.CONTEXT_KEY_NOT_FOUND, "The shared context has no such key");
    }

    /**
     * An entry as it now is.
     *
     * @param created whether there was none of that key before
     */
    record Saved(ContextEntry entry, boolean created) {}
}
