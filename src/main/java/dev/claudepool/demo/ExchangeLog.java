package dev.claudepool.demo;

import dev.claudepool.demo.Exchange.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The newest exchanges, in order of arrival. Thread-safe. */
final class ExchangeLog {

    private final int remembered;
    private final SequencedMap<Long, Exchange> exchanges = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long last;

    ExchangeLog(int remembered) {
        this.remembered = remembered;
    }

    long add(MessagesRequest request, boolean keyPresent) {
        lock.lock();
        try {
            Exchange exchange = new Exchange(
                    ++last,
                    Instant.now(),
                    keyPresent,
                    request.model(),
                    request.mainLoop(),
                    request.systemPrompt(),
                    request.effort(),
                    List.copyOf(request.tools().keySet()),
                    request.userTexts(),
                    request.sessionId(),
                    request.agentId(),
                    200,
                    State.STREAMING);
            exchanges.put(exchange.number(), exchange);
            while (exchanges.size() > remembered) {
                exchanges.pollFirstEntry();
            }
            changed.signalAll();
            return exchange.number();
        } finally {
            lock.unlock();
        }
    }

    void end(long number, int status, State state) {
        lock.lock();
        try {
            exchanges.computeIfPresent(number, (_, exchange) -> exchange.with(status, state));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<Exchange> all() {
        lock.lock();
        try {
            return new ArrayList<>(exchanges.values());
        } finally {
            lock.unlock();
        }
    }

    /** The first exchange that is, or within {@code limit} becomes, what is wanted. */
    Optional<Exchange> await(Predicate<Exchange> wanted, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (true) {
                Optional<Exchange> found =
                        exchanges.values().stream().filter(wanted).findFirst();
                if (found.isPresent() || left <= 0) {
                    return found;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
