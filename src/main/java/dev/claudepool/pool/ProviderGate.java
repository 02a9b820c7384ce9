package dev.claudepool.pool;

import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the provider of the model takes our requests. When it refuses the key or the account, every further task
 * would fail the same way: the gate closes, and what is queued is kept until somebody mends it and resumes the pool.
 */
@Component("authHealthIndicator")
class ProviderGate implements HealthIndicator {

    private final AtomicReference<Optional<FailureCode>> refusal = new AtomicReference<>(Optional.empty());

    /** Closes the gate when this failure says that no task can succeed; true when that closed it. */
    boolean closeUpon(Failure failure) {
        return switch (failure.code()) {
            case AUTHENTICATION_FAILED, BILLING_ERROR ->
                refusal.getAndSet(Optional.of(failure.code())).isEmpty();
            default -> false;
        };
    }

    void open() {
        refusal.set(Optional.empty());
    }

    @Override
    public Health health() {
        return refusal.get()
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
