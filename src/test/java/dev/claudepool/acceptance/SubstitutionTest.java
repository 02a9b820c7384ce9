package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatChain;
import static dev.claudepool.acceptance.RequestBody.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.demo.Exchange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What an answer holds is passed on as it is, whatever it looks like; with the real CLI. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubstitutionTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.real(directory, "claude-pool.slots=2");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{steps.a.output}",
                "{steps.a.b} {previous_output} {error} {{previous_output}}",
                "$1 \\1 ${x} $0 \\",
                "{ } }{ {} {{}} {{{ }}}",
                "{\"previous_output\": \"{previous_output}\"}",
                "/clear",
                "@/etc/passwd",
                "\uD83D\uDE00 tab\tline\nend"
            })
    void anOutputIsNeverExpandedAgain(String output) {
        String id = client.submitSteps(
                step("a", "[[echo:" + escaped(output) + "]]"),
                step("b", "<{previous_output}|{steps.a.output}|{{error}}>"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThatChain(chain).hasSucceeded();
        assertAsked("<" + output + "|" + output + "|{error}>", chain);
    }

    @Test
    void aVariableIsNeverExpandedAgain() {
        String id = client.submitSteps(
                step("a", "[[echo:[\"{{steps.a.x}} $1 {{previous_output}}\"]]]").with("outputVars", Map.of("x", "[0]")),
                step("b", "<{steps.a.x}>"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertAsked("<{steps.a.x} $1 {previous_output}>", chain);
    }

    @Test
    void aMegabyteIsPassedOnUntouched() {
        String id = client.submitSteps(step("a", "[[large:1000000]]"), step("b", "<{previous_output}> [[echo:read]]"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        String output = chain.at("/steps/0/output").asString();
        assertThat(output).hasSize(1_000_000);
        assertAsked("<" + output + "> [[echo:read]]", chain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{steps.nobody.output}",
                "{steps.b.output}",
                "{steps.c.output}",
                "{steps.a.nothing}",
                "{previous_outptu}",
                "{error}",
                "{steps.a}"
            })
    void anUnknownReferenceIsRefusedBeforeAnythingIsAsked(String reference) {
        int asked = pool.api().exchanges().size();

        PoolClient.Answer answer = client.post(
                "/chains", Map.of("steps", List.of(step("a", "x"), step("b", "<" + reference + ">"), step("c", "y"))));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("steps[1].prompt");
        assertThat(pool.api().exchanges()).hasSize(asked);
    }

    @Test
    void aPromptThatBecomesBlankFailsItsStepBeforeAnythingIsAsked() {
        String id = client.submitSteps(
                step("a", "[[echo:{\"x\": \" \"}]]").with("outputVars", Map.of("x", "x")), step("b", "{steps.a.x}"));

        JsonNode chain = client.awaitChain(id, LONGEST);

        assertThatChain(chain).hasState("FAILED");
        assertThat(chain.at("/steps/1/error/code").asString()).isEqualTo("substitution-failed");
        assertThat(chain.at("/steps/1/taskId").isNull()).isTrue();
        assertThat(chain.at("/steps/1/attempts").asInt()).isZero();
    }

    /** As it has to be written in a prompt to stand for itself. */
    private static String escaped(String text) {
        return text.replaceAll("\\{([a-z_.]+)}", "{{$1}}");
    }

    private void assertAsked(String prompt, JsonNode chain) {
        String task = chain.at("/steps/1/taskId").asString();
        assertThat(client.task(task).at("/prompt").asString()).isEqualTo(prompt);
        assertThat(pool.api().exchanges()).extracting(Exchange::lastUserText).contains(prompt);
    }
}
