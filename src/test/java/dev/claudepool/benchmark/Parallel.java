package dev.claudepool.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does much of the same at a time. */
final class Parallel {

    private Parallel() {}

    /**
     * Does all of it on so many threads, and returns the outcomes in the same order.
     *
     * @throws IOException when any of it failed
     */
    static <T> List<T> all(int threads, List<? extends Callable<T>> work) throws IOException, InterruptedException {
        List<T> outcomes = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (Future<T> future : executor.invokeAll(work)) {
                outcomes.add(future.get());
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        return outcomes;
    }
}
