package dev.claudepool.queue;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.SizeStore;
import dev.claudepool.task.TaskState;
import dev.claudepool.task.TaskStore;
import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Refuses new tasks while the queue or the database is full. Thread-safe. */
@Component
public class QueueCapacity {

    private static final Duration QUEUE_FULL_RETRY = Duration.ofSeconds(5);
    private static final Duration STORE_FULL_RETRY = Duration.ofMinutes(1);

    private final TaskStore store;
    private final SizeStore size;
    private final QueueProperties properties;

    QueueCapacity(TaskStore store, SizeStore size, QueueProperties properties) {
        this.store = store;
        this.size = size;
        this.properties = properties;
    }

    /**
     * Checks that {@code count} more tasks may be queued.
     *
     * @param field the field of the request that decides the number
     * @throws ProblemException {@code queue-full}, or {@code validation-failed} where the queue could never hold them
     */
    public void requirePlaces(int count, String field) {
        if (count > properties.capacity()) {
            throw ProblemException.invalid(field, "must fit into the queue, which holds " + properties.capacity());
        }
        if (store.count(TaskState.Name.QUEUED) + count > properties.capacity()) {
            throw full("The queue holds its most of " + properties.capacity() + " tasks", QUEUE_FULL_RETRY);
        }
        requireBytes();
        if (size.isFull()) {
            throw full(
                    "The database holds its most of " + inMegabytes(size.most()) + "; tasks that expire make room",
                    STORE_FULL_RETRY);
        }
    }

    /**
     * Checks the size of what is queued; call it again once the new tasks are added, so that the transaction is rolled
     * back where they are too long.
     *
     * @throws ProblemException {@code queue-full}
     */
    public void requireBytes() {
        if (store.waitingBytes() > properties.maxBytes().toBytes()) {
            throw full(
                    "What waits would have more bytes than its most of " + inMegabytes(properties.maxBytes()),
                    QUEUE_FULL_RETRY);
        }
    }

    private static ProblemException full(String detail, Duration retryAfter) {
        return new ProblemException(ProblemCode.QUEUE_FULL, detail).withRetryAfter(retryAfter);
    }

    private static String inMegabytes(DataSize size) {
        return size.toMegabytes() == 0 ? size.toBytes() + " bytes" : size.toMegabytes() + " MB";
    }
}
