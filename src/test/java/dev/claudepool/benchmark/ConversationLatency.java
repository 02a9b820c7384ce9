package dev.claudepool.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * How long one task takes by {@code POST /run} to a pool which uses its processes again and again, and by the bare
 * process that such a pool is made of.
 */
final class ConversationLatency implements Part {

    @Override
    public String measure(Bench bench) throws IOException, InterruptedException {
        Options options = bench.options();
        BareProcess process = BareProcess.start(bench.cli(), bench.children());
        BareProcess cleared = BareProcess.start(bench.cli(), bench.children());
        try (Service service = Service.start(bench, new ServicePlan("conversation", options.slots(), bench.cli()))) {
            List<Contender> contenders = List.of(new WarmTurn(process), new ClearedTurn(cleared), new PoolRun(service));
            var _ = Measured.inTurns(options.warmUp(), contenders);
            return text(Measured.inTurns(options.rounds(), contenders), contenders, options);
        } finally {
            process.end();
            cleared.end();
        }
    }

    private static String text(Measured measured, List<Contender> contenders, Options options) {
        StringBuilder text = new StringBuilder("""
                | contender | median | p99 | min |
                |---|---:|---:|---:|
                """);
        measured.samples()
                .forEach((contender, samples) ->
                        text.append("| %s | %s |%n".formatted(contender.name(), samples.cells())));
        double run = measured.median(contenders.getLast());
        text.append(String.format(
                Locale.ROOT,
                """

                With `isolation=conversation`, `POST /run` takes %.1f ms more than a turn of a warm bare process, and
                %.1f ms more than one after `/clear` (medians of %d rounds after %d to warm up; %d slot(s)).
                """,
                run - measured.median(contenders.getFirst()),
                run - measured.median(contenders.get(1)),
                options.rounds(),
                options.warmUp(),
                options.slots()));
        return text.toString();
    }
}
