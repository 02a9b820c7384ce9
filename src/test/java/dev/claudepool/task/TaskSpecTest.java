package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.web.ApiJson;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

class TaskSpecTest {

    private final JsonMapper json = ApiJson.mapper();

    @Test
    void allButThePromptMayBeLeftOut() {
        assertThat(read("{\"prompt\":\"say hello\"}")).isEqualTo(TaskSpec.ofPrompt("say hello"));
    }

    @Test
    void nullIsAsGoodAsLeftOut() {
        String nulls = json.writeValueAsString(TaskSpec.ofPrompt("say hello"))
                .replaceAll(":(\\[]|false|0|\"fresh\")", ":null");

        assertThat(nulls).contains("\"priority\":null", "\"slashCommands\":null", "\"tags\":null", "\"session\":null");
        assertThat(read(nulls)).isEqualTo(TaskSpec.ofPrompt("say hello"));
    }

    @Test
    void aPromptThatIsLeftOutIsEmptyAndSoRefusedByTheRules() {
        assertThat(TaskSpecRules.check(read("{}"), ""))
                .extracting(FieldError::field)
                .containsExactly("prompt");
    }

    @Test
    void isReadAsItWasWritten() {
        TaskSpec spec = read("""
                {"prompt":"p","model":"opus","effort":"high","permissionMode":"plan","systemPrompt":"s",
                 "allowedTools":["Read"],"disallowedTools":["Bash(rm *)"],"maxBudgetUsd":0.50,"maxTurns":20,
                 "timeout":"PT10M","priority":-3,"session":"slot","slot":"slot-1","role":"analyzer",
                 "outputSchema":{"b":1,"a":{"c":null}},"tags":["nightly"],"retries":2,"slashCommands":true}""");

        assertThat(read(json.writeValueAsString(spec))).isEqualTo(spec);
    }

    @Test
    void refusesAFieldThatItDoesNotKnow() {
        assertThatThrownBy(() -> read("{\"prompt\":\"p\",\"maxTurn\":1}"))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("maxTurn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"priority\":1.5",
                "\"priority\":\"1\"",
                "\"priority\":99999999999",
                "\"slashCommands\":\"true\"",
                "\"slashCommands\":1",
                "\"timeout\":600",
                "\"effort\":\"huge\"",
                "\"effort\":1",
                "\"permissionMode\":\"PLAN\"",
                "\"tags\":\"nightly\"",
                "\"tags\":[1]",
                "\"maxBudgetUsd\":\"0.5\"",
                "\"outputSchema\":[]",
                "\"outputSchema\":\"{}\""
            })
    void refusesValuesOfAnotherType(String member) {
        assertThatThrownBy(() -> read("{\"prompt\":\"p\"," + member + "}")).isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tags", "allowedTools", "disallowedTools"})
    void refusesNullInAListAndNamesIt(String field) {
        assertThatThrownBy(() -> read("{\"prompt\":\"p\",\"" + field + "\":[\"Read\",null]}"))
                .rootCause()
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.errors())
                                .extracting(FieldError::field)
                                .containsExactly(field));
    }

    @Test
    void doesNotPrintItsPrompt() {
        assertThat(TestingSpecs.spec(Map.of("prompt", "secret", "systemPrompt", "secret")))
                .asString()
                .doesNotContain("secret");
    }

    private TaskSpec read(String document) {
        return json.readValue(document, TaskSpec.class);
    }
}
