package dev.claudepool.dispatch;

import dev.claudepool.claude.FailureCode;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Down while the provider of the model refuses the credentials or the account. */
@Component("authHealthIndicator")
class ProviderHealthIndicator implements HealthIndicator {

    private final ProviderGate gate;

    ProviderHealthIndicator(ProviderGate gate) {
        this.gate = gate;
    }

    @Override
    public Health health() {
        return gate.refusal()
                .map(code -> Health.down()
                        .withDetail("reason", code.code())
                        .withDetail("advice", advice(code))
                        .build())
                .orElseGet(() -> Health.up().build());
    }

    private static String advice(FailureCode code) {
        return (code == FailureCode.BILLING_ERROR
                        ? "The API refuses the account: check its billing"
                        : "The API refuses the credentials: set ANTHROPIC_API_KEY, or log in with the claude CLI")
                + "; then POST /api/v1/pool/resume or restart. Queued tasks are kept.";
    }
}
