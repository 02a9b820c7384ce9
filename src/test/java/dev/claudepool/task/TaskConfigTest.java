package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.claudepool.web.ApiJson;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class TaskConfigTest {

    private static final JsonMapper JSON = ApiJson.mapper();

    /** A field; what pool, slot and task say of it; what holds. */
    static Stream<Arguments> cascade() {
        return Stream.of(
                        scalar("model", "'sonnet'", "'haiku'", "'opus'"),
                        scalar("effort", "'low'", "'medium'", "'high'"),
                        scalar("permissionMode", "'plan'", "'default'", "'acceptEdits'"),
                        scalar("systemPrompt", "'Be polite'", "'Be brief'", "''"),
                        scalar("allowedTools", "['Read']", "['Bash(git *)']", "[]"),
                        scalar("maxTurns", "3", "2", "1"),
                        scalar("fallbackModel", "'sonnet'", "'haiku'", "'opus'"),
                        scalar("outputSchema", "{'type':'object'}", "{'title':'slot'}", "{}"),
                        scalar("timeout", "'PT1M'", "'PT2M'", "'PT3M'"),
                        Stream.of(
                                arguments("disallowedTools", "['Read']", "null", "null", "['Read']"),
                                arguments("disallowedTools", "['Read']", "['Bash']", "null", "['Read','Bash']"),
                                arguments("disallowedTools", "['Read']", "[]", "['Bash','Read']", "['Read','Bash']"),
                                arguments("disallowedTools", "null", "null", "['Edit']", "['Edit']"),
                                arguments("mcpServers", "{'a':1}", "null", "null", "{'a':1}"),
                                arguments("mcpServers", "{'a':1,'b':1}", "{'b':2}", "{'c':3}", "{'a':1,'b':2,'c':3}"),
                                arguments("mcpServers", "{'a':1}", "{}", "{'a':3}", "{'a':3}"),
                                arguments("mcpServers", "['a']", "null", "['b','a']", "['a','b']"),
                                arguments("mcpServers", "{'a':1}", "['a']", "null", "['a']"),
                                arguments("mcpServers", "['a']", "{'a':1}", "null", "{'a':1}")))
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> scalar(String field, String pool, String slot, String task) {
        return Stream.of(
                arguments(field, "null", "null", "null", "null"),
                arguments(field, pool, "null", "null", pool),
                arguments(field, pool, slot, "null", slot),
                arguments(field, pool, "null", task, task),
                arguments(field, pool, slot, task, task),
                arguments(field, "null", "null", task, task));
    }

    @ParameterizedTest
    @MethodSource("cascade")
    void theMoreSpecificWins(String field, String pool, String slot, String task, String expected) {
        TaskConfig effective = config(field, task).over(config(field, slot)).over(config(field, pool));

        assertThat(effective).isEqualTo(config(field, expected));
    }

    @Test
    void fieldsDoNotTouchEachOther() {
        TaskConfig effective = config("model", "'opus'").over(config("effort", "'high'"));

        assertThat(effective.model()).isEqualTo("opus");
        assertThat(effective.effort()).isNotNull();
        assertThat(effective.permissionMode()).isNull();
    }

    @Test
    void mergingLeavesTheServersOfBothSidesAlone() {
        TaskConfig general = config("mcpServers", "{'a':1}");
        TaskConfig specific = config("mcpServers", "{'b':2}");

        var _ = specific.over(general);

        assertThat(general).isEqualTo(config("mcpServers", "{'a':1}"));
        assertThat(specific).isEqualTo(config("mcpServers", "{'b':2}"));
    }

    @Test
    void secretsOfServersAreLeftOut() {
        assertThat(config("mcpServers", "{'a':{'command':'x','env':{'KEY':'secret'}}}")
                        .withoutSecrets())
                .isEqualTo(config("mcpServers", "{'a':{}}"));
    }

    @Test
    void textsAreNotPrinted() {
        assertThat(config("systemPrompt", "'secret'").toString()).doesNotContain("secret");
        assertThat(config("mcpServers", "{'a':{'env':{'KEY':'secret'}}}").toString())
                .doesNotContain("secret");
    }

    private static TaskConfig config(String field, String value) {
        return JSON.readValue("{'%s':%s}".formatted(field, value).replace('\'', '"'), TaskConfig.class);
    }
}
