package dev.claudepool.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * How a service is to be.
 *
 * @param isolation how it keeps tasks apart
 * @param cli what its slots run
 */
record ServicePlan(String isolation, int slots, Cli cli) {

    /** Its arguments, but for where it is to be found. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add("--claude-pool.slots=" + slots);
        arguments.add("--claude-pool.isolation=" + isolation);
        arguments.add("--claude-pool.cli.path=" + cli.program());
        cli.settings().forEach((name, value) -> {
            if (!name.equals("PATH")) {
                arguments.add("--claude-pool.cli.environment.[" + name + "]=" + value);
            }
        });
        return arguments;
    }
}
