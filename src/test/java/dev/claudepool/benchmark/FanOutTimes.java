package dev.claudepool.benchmark;

import dev.claudepool.claude.StubCli;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * What it saves to submit many tasks in one request, and how soon after the last one somebody who waits for all has
 * their results. The slots hold stubs, which answer at once: the service itself has the most to do.
 */
final class FanOutTimes implements Part {

    @Override
    public String measure(Bench bench) throws IOException, InterruptedException {
        Options.FanOuts options = bench.options().fanOuts();
        ServicePlan plan =
                new ServicePlan("conversation", options.slots(), bench.cli().with(StubCli.program()));
        try (Service service = Service.start(bench, plan)) {
            var _ = Measured.inTurns(1, contenders(service, options));
            List<Batch> batches = contenders(service, options);
            Measured measured = Measured.inTurns(options.count(), batches);
            return text(measured, (FanOutBatch) batches.getFirst(), (PoolBatch) batches.getLast(), options);
        }
    }

    private static List<Batch> contenders(Service service, Options.FanOuts options) {
        return List.of(
                new FanOutBatch(service, options.tasks()), new PoolBatch(service, options.tasks(), options.slots()));
    }

    private static String text(Measured measured, FanOutBatch fanOut, PoolBatch tasks, Options.FanOuts options) {
        return String.format(
                Locale.ROOT,
                """
                | %,d tasks | all accepted, median | all results read, median |
                |---|---:|---:|
                | %s | %.0f ms | %.1f s |
                | %s over %d connections | %.0f ms | %.1f s |

                In one request they are accepted %.1f times faster. The results of a fan-out, in the answer to one
                `GET` with `wait`, are all read %.0f ms after the last task has ended (median; %.0f to %.0f ms; %d of
                each in turn, after one to warm up, on %d slots of a stub).
                """,
                options.tasks(),
                fanOut.name(),
                fanOut.accepted().median(),
                measured.median(fanOut) / 1e3,
                tasks.name(),
                options.slots(),
                tasks.accepted().median(),
                measured.median(tasks) / 1e3,
                tasks.accepted().median() / fanOut.accepted().median(),
                fanOut.answered().median(),
                fanOut.answered().min(),
                fanOut.answered().max(),
                options.count(),
                options.slots());
    }
}
