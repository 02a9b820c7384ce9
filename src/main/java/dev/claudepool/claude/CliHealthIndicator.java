package dev.claudepool.claude;

import java.nio.file.Files;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Shows the version of the CLI, and whether it still exists. */
@Component
class CliHealthIndicator implements HealthIndicator {

    private final ClaudeCli cli;

    CliHealthIndicator(ClaudeCli cli) {
        this.cli = cli;
    }

    @Override
    public Health health() {
        Health.Builder health = Files.isExecutable(cli.program()) ? Health.up() : Health.down();
        return health.withDetail("version", cli.version().toString())
                .withDetail("tested", CliVersion.TESTED.toString())
                .build();
    }
}
