package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The first turn of a bare process, and the turn that follows it in the same process, as two contenders. */
final class BareTurns {

    private final Cli cli;
    private final Children children;
    private @Nullable BareProcess process;

    BareTurns(Cli cli, Children children) {
        this.cli = cli;
        this.children = children;
    }

    Contender first() {
        return new First();
    }

    /** Must follow {@link #first} in each round. */
    Contender later() {
        return new Later();
    }

    private Duration turn() throws IOException {
        if (process == null) {
            throw new IllegalStateException("not prepared");
        }
        return process.turn();
    }

    private final class First implements Contender {
        @Override
        public String name() {
            return "bare process, first turn";
        }

        @Override
        public void prepare() throws IOException {
            process = BareProcess.start(cli, children);
        }

        @Override
        public Duration once() throws IOException {
            return turn();
        }
    }

    private final class Later implements Contender {
        @Override
        public String name() {
            return "bare process, later turn";
        }

        @Override
        public Duration once() throws IOException {
            return turn();
        }

        @Override
        public void rest() throws IOException, InterruptedException {
            if (process != null) {
                process.end();
                process = null;
            }
        }
    }
}
