package dev.claudepool.benchmark;

import java.io.IOException;
import java.time.Duration;

/** A turn in a bare process that lives on, but forgets everything after each. */
final class ClearedTurn implements Contender {

    private final BareProcess process;

    ClearedTurn(BareProcess process) {
        this.process = process;
    }

    @Override
    public String name() {
        return "bare process that lives on, a turn after `/clear`";
    }

    @Override
    public Duration once() throws IOException {
        return process.turn();
    }

    @Override
    public void rest() throws IOException {
        process.clear();
    }
}
