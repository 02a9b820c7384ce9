package dev.claudepool.benchmark;

import dev.claudepool.queue.LongQueue;
import java.util.Locale;

/** How long it takes to give out a task, when few and when very many are queued. */
final class ClaimLatency implements Part {

    private static final int SHORT = 1_000;
    private static final int LONG = 100_000;
    private static final int WARM_UP = 200;

    @Override
    public String measure(Bench bench) {
        int rounds = bench.options().rounds() * 10;
        Samples shortWork = new Samples();
        Samples shortTotal = new Samples();
        Samples longWork = new Samples();
        Samples longTotal = new Samples();
        try (LongQueue few = new LongQueue(SHORT);
                LongQueue many = new LongQueue(LONG)) {
            for (int i = 0; i < WARM_UP; i++) {
                var _ = few.claim();
                var _ = many.claim();
            }
            for (int i = 0; i < rounds; i++) {
                add(few.claim(), shortWork, shortTotal);
                add(many.claim(), longWork, longTotal);
            }
        }
        return String.format(
                Locale.ROOT,
                """
                | a claim, with its reservation and events | median | p99 | min |
                |---|---:|---:|---:|
                | %,d queued, without the commit | %s |
                | %,d queued, on the disk | %s |
                | %,d queued, without the commit | %s |
                | %,d queued, on the disk | %s |

                With a hundred times the queue a claim takes %.1f times as long (medians of %d, in turns; one database
                on this disk for each).
                """,
                SHORT,
                shortWork.cells(),
                SHORT,
                shortTotal.cells(),
                LONG,
                longWork.cells(),
                LONG,
                longTotal.cells(),
                longWork.median() / shortWork.median(),
                rounds);
    }

    private static void add(LongQueue.Taken taken, Samples work, Samples total) {
        work.add(taken.work());
        total.add(taken.total());
    }
}
