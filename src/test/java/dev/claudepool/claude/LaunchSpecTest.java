package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class LaunchSpecTest {

    private static final LaunchSpec PLAIN = spec("", List.of(), List.of(), null, null);

    @Test
    void modelEffortAndModeDoNotNeedAnotherProcess() {
        LaunchSpec switched = new LaunchSpec(
                Path.of("/srv"),
                "",
                "opus",
                Effort.HIGH,
                PermissionMode.ACCEPT_EDITS,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null);

        assertThat(switched.servedBy(PLAIN)).isTrue();
        assertThat(PLAIN.servedBy(switched)).isTrue();
        assertThat(switched.fingerprint()).isEqualTo(PLAIN.fingerprint());
    }

    @Test
    void everythingElseDoes() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        List<LaunchSpec> others = List.of(
                spec("identity", List.of(), List.of(), null, null),
                spec("", List.of("Read"), List.of(), null, null),
                spec("", List.of(), List.of("Read"), null, null),
                spec("", List.of(), List.of(), 3, null),
                spec("", List.of(), List.of(), null, schema),
                withServers(schema, null),
                withServers(null, "haiku"));

        assertThat(others).noneMatch(other -> other.servedBy(PLAIN)).noneMatch(PLAIN::servedBy);
        assertThat(others)
                .extracting(LaunchSpec::fingerprint)
                .doesNotHaveDuplicates()
                .doesNotContain(PLAIN.fingerprint());
    }

    @Test
    void allPermissionsNeedAProcessThatWasStartedForThem() {
        LaunchSpec bypassing = new LaunchSpec(
                Path.of("/srv"),
                "",
                null,
                null,
                PermissionMode.BYPASS_PERMISSIONS,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null);

        assertThat(bypassing.servedBy(PLAIN)).isFalse();
        assertThat(bypassing.servedBy(bypassing)).isTrue();
        assertThat(PLAIN.servedBy(bypassing)).isTrue();
    }

    @Test
    void theSchemaIsCopied() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        LaunchSpec spec = spec("", List.of(), List.of(), null, schema);

        schema.put("changed", true);

        assertThat(spec.outputSchema()).isEmpty();
    }

    @Test
    void aLimitOfNoTurnsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> spec("", List.of(), List.of(), 0, null));
    }

    @Test
    void whatPeopleWroteIsNotPrinted() {
        assertThat(spec("secret", List.of(), List.of(), null, null).toString()).doesNotContain("secret");
        assertThat(new Prompt("secret", false).toString()).doesNotContain("secret");
    }

    private static LaunchSpec spec(
            String prompt,
            List<String> allowed,
            List<String> disallowed,
            @Nullable Integer maxTurns,
            @Nullable ObjectNode schema) {
        return new LaunchSpec(
                Path.of("/srv"),
                prompt,
                null,
                null,
                PermissionMode.PLAN,
                allowed,
                disallowed,
                maxTurns,
                null,
                null,
                schema);
    }

    private static LaunchSpec withServers(@Nullable ObjectNode servers, @Nullable String fallbackModel) {
        return new LaunchSpec(
                Path.of("/srv"),
                "",
                null,
                null,
                PermissionMode.PLAN,
                List.of(),
                List.of(),
                null,
                servers,
                fallbackModel,
                null);
    }
}
