package dev.claudepool.chain;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.FieldRules;
import dev.claudepool.web.ApiJson;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.json.JsonMapper;

/** Apostrophes stand for quotation marks here. */
class ChainRulesTest {

    private static final JsonMapper JSON = ApiJson.mapper();
    private static final int MOST_STEPS = 1000;
    private static final int MEGABYTE = 1 << 20;

    /** Much more than it takes, and much less than what grows with the square, or worse, of the number of steps. */
    private static final Duration QUICK = Duration.ofSeconds(20);

    private static final String A = "{'name':'a','prompt':'one'}";
    private static final String B = "{'name':'b','prompt':'two'}";

    static Stream<String> allowed() {
        return Stream.of(
                steps(A),
                "{'name':'a chain','tags':['nightly'],'maxBudgetUsd':0.5,'timeout':'PT1S','steps':[" + A + "]}",
                "{'name':'" + "n".repeat(200) + "','timeout':'P30D','steps':[" + A + "]}",
                "{'session':'fresh','isolation':'none','steps':[" + A + "]}",
                "{'session':'chain','steps':[" + A + "," + B + "]}",
                steps("{'name':'_" + "x".repeat(63) + "','prompt':'one'}"),
                steps("{'name':'0-9','prompt':'one'}", "{'name':'A','prompt':'two'}", A),
                steps(A, step("b", "{previous_output}")),
                steps(A, needing("b", "{previous_output} {previous_output}", "a")),
                steps(A, B, needing("c", "{previous_output}", "a")),
                steps(A, B, needing("c", "{steps.a.output} {steps.b.output}", "b", "a")),
                steps(needing("late", "{steps.early.output}", "early"), needing("early", "x")),
                steps(A, B, step("c", "{steps.a.output}")),
                steps(A, needing("b", "{steps.a.output}", "a"), needing("c", "{steps.a.output}", "b")),
                steps(vars("'cause':'x'"), step("b", "{steps.a.cause}")),
                steps(vars("'cause':'items[0].name','_x-1':'0'"), B, step("c", "{steps.a._x-1}")),
                steps(step("a", "{{foo}} {{steps.x.output}} {{previous_output}} {{error}}")),
                steps(step("a", "{} {0} { x } {\\\"a\\\":{\\\"b\\\":1}} function() { return {a: 1}; } {{ x }}")),
                steps(policy("'recoveryPrompt':'what about {error}?'")),
                steps(policy("'retries':10,'backoff':'PT1H'")),
                steps(A, "{'name':'b','prompt':'x','failurePolicy':{'recoveryPrompt':'{steps.a.output} {error}'}}"),
                steps(config("'model':'opus','maxTurns':1,'session':'slot','tags':['x'],'maxBudgetUsd':1")),
                "{'session':'chain','steps':[{'name':'a','prompt':'x','config':{'session':'fresh'}}]}");
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                        ofTheChain(),
                        ofOrder(),
                        ofReferences(),
                        ofFailurePolicies(),
                        ofOutputVars(),
                        ofConfigurations())
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> ofTheChain() {
        return Stream.of(
                arguments("steps", "{}"),
                arguments("steps", "{'steps':null}"),
                arguments("steps", "{'steps':[]}"),
                arguments("steps", many(MOST_STEPS + 1, i -> step("s" + i, "x"))),
                arguments("name", "{'name':'" + "n".repeat(201) + "','steps':[" + A + "]}"),
                arguments("name", "{'name':'\\ud83d','steps':[" + A + "]}"),
                arguments("tags", "{'tags':['not fine'],'steps':[" + A + "]}"),
                arguments("tags", "{'tags':[" + "'x',".repeat(20) + "'x'],'steps':[" + A + "]}"),
                arguments("maxBudgetUsd", "{'maxBudgetUsd':0,'steps':[" + A + "]}"),
                arguments("maxBudgetUsd", "{'maxBudgetUsd':-1,'steps':[" + A + "]}"),
                arguments("maxBudgetUsd", "{'maxBudgetUsd':1000001,'steps':[" + A + "]}"),
                arguments("timeout", "{'timeout':'PT0.999S','steps':[" + A + "]}"),
                arguments("timeout", "{'timeout':'-PT1S','steps':[" + A + "]}"),
                arguments("timeout", "{'timeout':'P30DT0.001S','steps':[" + A + "]}"));
    }

    private static Stream<Arguments> ofOrder() {
        return Stream.of(
                arguments("steps[0].name", steps("{'prompt':'x'}")),
                arguments("steps[0].name", steps("{'name':'','prompt':'x'}")),
                arguments("steps[1].name", steps(A, "{'name':'two words','prompt':'x'}")),
                arguments("steps[0].name", steps("{'name':'-a','prompt':'x'}")),
                arguments("steps[0].name", steps("{'name':'a.b','prompt':'x'}")),
                arguments("steps[0].name", steps("{'name':'\u00e4','prompt':'x'}")),
                arguments("steps[0].name", steps("{'name':'a\\n','prompt':'x'}")),
                arguments("steps[0].name", steps("{'name':'" + "x".repeat(65) + "','prompt':'x'}")),
                arguments("steps[2].name", steps(A, B, A)),
                arguments("steps[1].needs", steps(A, needing("b", "x", "nobody"))),
                arguments("steps[2].needs", steps(A, B, needing("c", "x", "a", "nobody"))),
                arguments("steps[2].needs", steps(A, B, needing("c", "x", "a", "b", "a"))),
                arguments("steps[0].needs", steps("{'name':'a','prompt':'x','needs':['']}")),
                arguments("steps", steps(needing("a", "x", "a"))),
                arguments("steps", steps(A, needing("b", "x", "b"))),
                arguments("steps", steps(needing("a", "x", "b"), needing("b", "x", "a"))),
                arguments("steps", steps(needing("a", "x", "b"), B)),
                arguments("steps", steps(A, needing("b", "x", "d"), needing("c", "x", "b"), needing("d", "x", "c"))),
                arguments("steps[1].needs", "{'session':'chain','steps':[" + A + "," + needing("b", "x", "a") + "]}"),
                arguments("steps[0].needs", "{'session':'chain','steps':[" + needing("a", "x") + "]}"));
    }

    private static Stream<Arguments> ofReferences() {
        return Stream.of(
                arguments("steps[0].prompt", steps("{'name':'a'}")),
                arguments("steps[1].prompt", steps(A, step("b", " \\n\\t"))),
                arguments("steps[0].prompt", steps(step("a", "half \\ud83d of a pair"))),
                arguments("steps[0].prompt", steps(step("a", "{previous_output}"))),
                arguments("steps[1].prompt", steps(A, needing("b", "{previous_output}"))),
                arguments("steps[2].prompt", steps(A, B, needing("c", "{previous_output}", "a", "b"))),
                arguments("steps[1].prompt", steps(A, step("b", "{error}"))),
                arguments("steps[1].prompt", steps(A, step("b", "{steps.nobody.output}"))),
                arguments("steps[1].prompt", steps(A, step("b", "{steps.b.output}"))),
                arguments("steps[0].prompt", steps(step("a", "{steps.b.output}"), B)),
                arguments("steps[2].prompt", steps(A, needing("b", "x"), needing("c", "{steps.b.output}", "a"))),
                arguments("steps[1].prompt", steps(A, step("b", "{steps.a.cause}"))),
                arguments("steps[1].prompt", steps(vars("'cause':'x'"), step("b", "{steps.a.Cause}"))),
                arguments("steps[1].prompt", steps(A, step("b", "{steps.nobody.cause}"))),
                arguments(
                        "steps[2].prompt",
                        steps(vars("'cause':'x'"), needing("b", "x"), needing("c", "{steps.a.cause}", "b"))),
                arguments("steps[0].prompt", steps(step("a", "{foo}"))),
                arguments("steps[0].prompt", steps(step("a", "{{{foo}}}} {{foo}} {bar}"))),
                arguments("steps[1].prompt", steps(A, step("b", "{steps.a}"))),
                arguments("steps[1].prompt", steps(A, step("b", "{steps.a.output.x}"))));
    }

    private static Stream<Arguments> ofFailurePolicies() {
        return Stream.of(
                arguments("steps[0].failurePolicy.retries", steps(policy("'retries':-1"))),
                arguments("steps[0].failurePolicy.retries", steps(policy("'retries':11"))),
                arguments("steps[0].failurePolicy.backoff", steps(policy("'backoff':'-PT1S'"))),
                arguments("steps[0].failurePolicy.backoff", steps(policy("'backoff':'PT1H0.001S'"))),
                arguments("steps[0].failurePolicy.recoveryPrompt", steps(policy("'recoveryPrompt':' '"))),
                arguments("steps[0].failurePolicy.recoveryPrompt", steps(policy("'recoveryPrompt':'\\ud83d'"))),
                arguments("steps[0].failurePolicy.recoveryPrompt", steps(policy("'recoveryPrompt':'{foo}'"))),
                arguments(
                        "steps[0].failurePolicy.recoveryPrompt", steps(policy("'recoveryPrompt':'{steps.a.output}'"))),
                arguments(
                        "steps[0].failurePolicy.recoveryPrompt",
                        steps(policy("'recoveryPrompt':'{previous_output} {error}'"))));
    }

    private static Stream<Arguments> ofOutputVars() {
        return Stream.of(
                arguments("steps[0].outputVars", steps(vars("'output':'x'"))),
                arguments("steps[0].outputVars", steps(vars("'':'x'"))),
                arguments("steps[0].outputVars", steps(vars("'a.b':'x'"))),
                arguments("steps[0].outputVars", steps(vars("'-a':'x'"))),
                arguments("steps[0].outputVars", steps(vars("'" + "v".repeat(65) + "':'x'"))),
                arguments("steps[0].outputVars", steps(vars("'a':''"))),
                arguments("steps[0].outputVars", steps(vars("'a':null"))),
                arguments("steps[0].outputVars", steps(vars("'a':'x..y'"))),
                arguments("steps[0].outputVars", steps(vars("'a':'x[-1]'"))),
                arguments("steps[0].outputVars", steps(vars("'a':'x['"))),
                arguments(
                        "steps[0].outputVars",
                        steps(vars(IntStream.range(0, 51)
                                .mapToObj(i -> "'v" + i + "':'x'")
                                .collect(joining(","))))));
    }

    private static Stream<Arguments> ofConfigurations() {
        return Stream.of(
                arguments("steps[0].config.prompt", steps(config("'prompt':'another'"))),
                arguments("steps[0].config.maxTurns", steps(config("'maxTurns':0"))),
                arguments("steps[0].config.model", steps(config("'model':'--flag'"))),
                arguments("steps[0].config.retries", steps(config("'retries':11"))),
                arguments("steps[0].config.tags", steps(config("'tags':['not fine']"))),
                arguments("steps[0].config.maxBudgetUsd", steps(config("'maxBudgetUsd':0"))),
                arguments("steps[0].config.session", steps(config("'session':'nobody'"))),
                arguments(
                        "steps[1].config.session",
                        "{'session':'chain','steps':[" + A
                                + ",{'name':'b','prompt':'x','config':{'session':'slot'}}]}"));
    }

    @ParameterizedTest
    @MethodSource
    void allowed(String chain) {
        assertThat(broken(spec(chain))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void forbidden(String field, String chain) {
        assertThat(broken(spec(chain))).extracting(FieldError::field).containsExactly(field);
    }

    @Test
    void allowsTheExampleOfTheDesign() {
        assertThat(broken(spec("""
                        {'name':'fix-bug','isolation':'none','steps':[
                          {'name':'analyze','prompt':'analyze the error','outputVars':{'cause':'result.cause'}},
                          {'name':'fix','prompt':'fix {steps.analyze.cause} given {previous_output}',
                           'failurePolicy':{'retries':2,'recoveryPrompt':'explain what failed: {error}'},
                           'config':{'model':'opus'}}]}"""))).isEmpty();
    }

    @Test
    void namesEveryFieldInErrorUnderItsPrefix() {
        FieldRules rules = new FieldRules("");

        ChainRules.check(spec(steps(policy("'retries':11"), step("b", "{foo} {error}"))), rules.within("chains[3]"));

        assertThat(rules.errors())
                .extracting(FieldError::field)
                .containsExactly(
                        "chains[3].steps[0].failurePolicy.retries",
                        "chains[3].steps[1].prompt",
                        "chains[3].steps[1].prompt");
    }

    @Test
    void saysHowToWriteTheTextThatLooksLikeAReference() {
        assertThat(broken(spec(steps(step("a", "{foo}")))))
                .containsExactly(new FieldError(
                        "steps[0].prompt",
                        "must not have the unknown reference {foo}; the text itself is written {{foo}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"worktree", "NONE", ""})
    void everyOtherIsolationIsNoneThatIsKnown(String isolation) {
        assertThatThrownBy(() -> spec("{'isolation':'" + isolation + "','steps':[" + A + "]}"))
                .isInstanceOfSatisfying(InvalidFormatException.class, e -> {
                    assertThat(e.getTargetType()).isEqualTo(ChainSpec.Isolation.class);
                    assertThat(e.getPath())
                            .singleElement()
                            .satisfies(
                                    step -> assertThat(step.getPropertyName()).isEqualTo("isolation"));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{%s}", "{steps.%s.output}", "{steps.%s.x}", "{steps.a.%s}"})
    void aReferenceThatIsTooLongForAMessageIsCut(String reference) {
        String prompt = reference.formatted("x".repeat(MEGABYTE));

        assertThat(broken(spec(steps(A, step("b", prompt))))).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("steps[1].prompt");
            assertThat(error.message()).contains("xxx...").hasSizeLessThan(500);
        });
    }

    @Test
    void aPromptFullOfErrorsGetsAFewMessages() {
        String prompt =
                IntStream.range(0, 100_000).mapToObj(i -> "{x" + i + "}").collect(joining());

        assertThat(broken(spec(steps(step("a", prompt)))).size()).isBetween(1, 100);
    }

    @Test
    void aChainFullOfErrorsGetsAFewMessages() {
        assertThat(broken(spec(many(MOST_STEPS, i -> step("s" + i, ""))))).hasSize(100);
    }

    @Test
    void stepsThatAreTooManyAreNotLookedInto() {
        ChainSpec spec = spec(many(100_000, i -> "{'name':'s" + i + "','needs':['nobody']}"));

        assertQuickly(spec, List.of("steps"));
    }

    @Test
    void aLongChainInTheOrderOfItsStepsIsCheckedQuickly() {
        assertQuickly(spec(many(MOST_STEPS, i -> step("s" + i, i == 0 ? "x" : "{previous_output}"))), List.of());
    }

    @Test
    void aLongChainInTheReverseOrderIsCheckedQuickly() {
        int last = MOST_STEPS - 1;
        ChainSpec spec = spec(many(
                MOST_STEPS,
                i -> i == last
                        ? needing("s" + i, "x")
                        : needing("s" + i, "{previous_output} {steps.s" + last + ".output}", "s" + (i + 1))));

        assertQuickly(spec, List.of());
    }

    @Test
    void stepsThatAllNeedAllBeforeThemAreCheckedQuickly() {
        ChainSpec spec = spec(many(
                MOST_STEPS,
                i -> needing(
                        "s" + i,
                        i == 0 ? "x" : "{steps.s0.output}",
                        IntStream.range(0, i).mapToObj(before -> "s" + before).toArray(String[]::new))));

        assertQuickly(spec, List.of());
    }

    @Test
    void stepsThatReferToAllBeforeThemAreCheckedQuickly() {
        ChainSpec spec = spec(many(
                MOST_STEPS,
                i -> step(
                        "s" + i,
                        "x"
                                + IntStream.range(Math.max(0, i - 200), i)
                                        .mapToObj(before -> "{steps.s" + before + ".output}")
                                        .collect(joining()))));

        assertQuickly(spec, List.of());
    }

    private static void assertQuickly(ChainSpec spec, List<String> fields) {
        assertThat(broken(spec)).extracting(FieldError::field).isEqualTo(fields); // warm
        long start = System.nanoTime();

        broken(spec);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICK);
    }

    private static List<FieldError> broken(ChainSpec spec) {
        FieldRules rules = new FieldRules("");
        ChainRules.check(spec, rules);
        return rules.errors();
    }

    private static ChainSpec spec(String chain) {
        return JSON.readValue(chain.replace('\'', '"'), ChainSpec.class);
    }

    private static String steps(String... steps) {
        return "{'steps':[" + String.join(",", steps) + "]}";
    }

    private static String many(int count, IntFunction<String> step) {
        return steps(IntStream.range(0, count).mapToObj(step).toArray(String[]::new));
    }

    private static String step(String name, String prompt) {
        return "{'name':'" + name + "','prompt':'" + prompt + "'}";
    }

    private static String needing(String name, String prompt, String... needs) {
        return "{'name':'" + name + "','prompt':'" + prompt + "','needs':["
                + Stream.of(needs).map(need -> "'" + need + "'").collect(joining(",")) + "]}";
    }

    private static String vars(String vars) {
        return "{'name':'a','prompt':'x','outputVars':{" + vars + "}}";
    }

    private static String policy(String members) {
        return "{'name':'a','prompt':'x','failurePolicy':{" + members + "}}";
    }

    private static String config(String members) {
        return "{'name':'a','prompt':'x','config':{" + members + "}}";
    }
}
