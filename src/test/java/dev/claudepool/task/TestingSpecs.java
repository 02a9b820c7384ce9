package dev.claudepool.task;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.Answer;
import dev.claudepool.claude.Failure;
import dev.claudepool.claude.FailureCode;
import dev.claudepool.web.ApiJson;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Specs of tasks, their results and their limits, for tests. */
public final class TestingSpecs {

    private static final JsonMapper JSON = ApiJson.mapper();

    private TestingSpecs() {}

    /** A spec in which one member is given, under its name in the API. */
    public static TaskSpec spec(String member, Object value) {
        return spec(Map.of(member, value));
    }

    /** A spec with these members, under their names in the API. */
    public static TaskSpec spec(Map<String, Object> members) {
        Map<String, Object> all = new HashMap<>(Map.of("prompt", "say hello"));
        all.putAll(members);
        return JSON.convertValue(all, TaskSpec.class);
    }

    /** The state of a task that may be claimed from {@code notBefore} on, and has been in the queue since then. */
    public static TaskState.Queued queued(Instant notBefore) {
        return new TaskState.Queued(notBefore, false, null, notBefore);
    }

    public static Answer answer(String output) {
        return new Answer(output, false, null, 1, Duration.ofMillis(812), "claude-sonnet-4-5", JSON.createArrayNode());
    }

    public static Failure failure(FailureCode code) {
        return new Failure(code, "It did not work", 1, "the end of stderr", null);
    }

    public static Spend spend(String usd) {
        return new Spend(Money.usd(usd), new Tokens(100, 20, 3, 4), false);
    }

    public static TaskProperties properties(int retries) {
        return new TaskProperties(Duration.ofMinutes(30), retries, DataSize.ofMegabytes(10));
    }

    /** Those that do not bind administrators; else the defaults, but for these properties and their values. */
    public static TaskLimits limits(String... properties) {
        Map<String, String> set = new HashMap<>(Map.of("claude-pool.task.unrestricted-roles", "admin"));
        for (int i = 0; i < properties.length; i += 2) {
            set.put("claude-pool.task." + properties[i], properties[i + 1]);
        }
        Binder binder = new Binder(new MapConfigurationPropertySource(set));
        return new TaskLimits(
                binder.bindOrCreate("claude-pool.task", TaskConfigLimits.class),
                binder.bindOrCreate("claude-pool.task", SubmissionLimits.class));
    }
}
