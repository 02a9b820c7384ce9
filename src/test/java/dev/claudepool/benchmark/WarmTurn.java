package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;

/** One turn of many in a bare process that lives on. */
final class WarmTurn implements Contender {

    private final BareProcess process;

    WarmTurn(BareProcess process) {
        this.process = process;
    }

    @Override
    public String name() {
        return "bare process that lives on, a turn";
    }

    @Override
    public Duration once() throws IOException {
        return process.turn();
    }
}
