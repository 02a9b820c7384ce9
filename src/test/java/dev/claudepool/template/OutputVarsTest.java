package dev.claudepool.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.template.OutputVars.Found;
import dev.claudepool.template.OutputVars.Missing;
import dev.claudepool.web.ApiJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

class OutputVarsTest {

    private static final int MEGABYTE = 1 << 20;

    private final JsonMapper json = ApiJson.mapper();
    private final OutputVars vars = new OutputVars(json);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "result.cause      | why",
                "items.0.name      | first",
                "items[1].name     | second",
                "items.1           | {\"name\":\"second\"}",
                "grid[0][1]        | 2",
                "grid.1.0          | 3",
                "grid[1].0         | 3",
                "grid.0[0]         | 1",
                "grid.00           | [1,2]",
                "digits.0          | zero",
                "digits.07         | seven",
                "my key.größe-1    | 5",
                "nothing           | null",
                "yes               | true",
                "empty             | ''",
                "result            | {\"cause\":\"why\"}"
            })
    void takesWhatIsAtAPath(String path, String value) {
        String output = """
                {"result": {"cause": "why"}, "items": [{"name": "first"}, {"name": "second"}],
                 "grid": [[1, 2], [3, 4]], "digits": {"0": "zero", "07": "seven"}, "my key": {"größe-1": 5},
                 "nothing": null, "yes": true, "empty": ""}""";

        assertThat(take(output, path)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1].x", "1.x"})
    void takesElementsOfAnArrayAtTheTop(String path) {
        assertThat(take("[0, {\"x\": \"here\"}]", path)).isEqualTo("here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b",
                "a.b",
                "a[0].b",
                "a[2]",
                "a.2",
                "a[0][0]",
                "a[999999999]",
                "a[9999999999]",
                "a.99999999999999999999",
                "a.-1",
                "o[0]",
                "s.length",
                "s[0]",
                "s.0",
                "[0]",
                "n.x"
            })
    void reportsAnUnknownPath(String path) {
        assertThat(vars.of(
                        "{\"a\": [1, \"secret\"], \"o\": {\"0\": 1}, \"s\": \"text\", \"n\": null}",
                        null,
                        Map.of("cause", path)))
                .isEqualTo(new Missing("The output has nothing at " + path + ", for the output variable 'cause'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a..b", "a]"})
    void findsNothingAtWhatIsNoPath(String text) {
        assertThat(vars.of("{\"a\": {\"b\": 1}}", null, Map.of("v", text))).isInstanceOf(Missing.class);
    }

    @Test
    void namesAllThatIsMissing() {
        Map<String, String> paths = ordered("one", "a.b", "there", "x", "two", "c[0]", "three", "d");

        assertThat(vars.of("{\"x\": 1}", null, paths))
                .isEqualTo(new Missing("The output has nothing at a.b, c[0] and d,"
                        + " for the output variables 'one', 'two' and 'three'"));
        assertThat(vars.of("x", null, paths))
                .isEqualTo(new Missing("The output is not JSON, so the output variables 'one', 'there', 'two' and"
                        + " 'three' cannot be taken from it"));
    }

    @Test
    void keepsTheOrderOfThePaths() {
        Map<String, String> paths = ordered("z", "a", "y", "b", "x", "c", "w", "a");

        assertThat(vars.of("{\"a\": 1, \"b\": 2, \"c\": 3}", null, paths))
                .isInstanceOfSatisfying(
                        Found.class,
                        found -> assertThat(found.values())
                                .containsExactlyEntriesOf(ordered("z", "1", "y", "2", "x", "3", "w", "1")));
    }

    @Test
    void takesNothingOutOfAnything() {
        assertThat(vars.of("no JSON", null, Map.of())).isEqualTo(new Found(Map.of()));
    }

    @Test
    void printsNothingOfTheValues() {
        assertThat(new Found(Map.of("cause", "secret"))).hasToString("Found[cause]");
    }

    @Test
    void structuredOutputComesFirst() {
        JsonNode structured = json.readTree("{\"v\": \"structured\"}");

        assertThat(take("{\"v\": \"text\"}", structured, "v")).isEqualTo("structured");
        assertThat(vars.of("{\"w\": \"text\"}", structured, Map.of("x", "w")))
                .isEqualTo(new Missing("The output has nothing at w, for the output variable 'x'"));
        assertThat(take("{\"v\": \"text\"}", NullNode.getInstance(), "v")).isEqualTo("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"v\": 1}",
                " \r\n\t{\"v\": 1} \n",
                "\u2003{\"v\": 1}\u2003",
                "```\n{\"v\": 1}\n```",
                "```json\n{\"v\": 1}\n```",
                "Here it is:\n\n```JSON title=\"a\"\n{\n  \"v\": 1\n}\n```\nDone: {\"v\": 2}",
                "~~~\n{\"v\": 1}\n~~~",
                "~~~ json ``` \n{\"v\": 1}\n~~~",
                "  1. So:\n     ```json\n     {\"v\":\n      1}\n     ```\n",
                "```json\r\n{\"v\": 1}\r\n```\r\n",
                "```json\n{\"v\": 1}",
                "```json\n{\"v\": 1}\n",
                "~~~\n{\"v\": 1}\n```\n~~~\n```\n{\"v\": 1}",
                "````\n{\"v\": 1}\n`````",
                "```sh\nls\n```\n```json\n{\"v\": 1}\n```\n```json\n{\"v\": 2}\n```",
                "```json\n{\"v\": }\n```\n```json\n{\"v\": 1}\n```",
                "```json\n{\"v\": 2} x\n```\n```json\n{\"v\": 1}\n```",
                "```json\n7\n```\n```json\n{\"v\": 1}\n```",
                "```\n```\n```\n{\"v\": 1}\n```",
                "```{\"v\": 2}```\n```\n{\"v\": 1}\n```",
                "``\n~~\n```\n{\"v\": 1}\n```",
                "{\"v\": 2} {\"v\": 3}\n```\n{\"v\": 1}\n```"
            })
    void findsTheDocument(String output) {
        assertThat(take(output, "v")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "The cause is {\"v\": 1}",
                "{\"v\": 1} trailing",
                "{\"v\": 1}}",
                "{\"v\": 1}{",
                "{\"v\": 1} {\"v\": 2}",
                "{\"v\": 1",
                "{'v': 1}",
                "{\"v\": NaN}",
                "{\"v\": 1} // so",
                "\"text\"",
                "1",
                "null",
                "```json {\"v\": 1} ```",
                "```json {\"v\": 1}\n```",
                "text ```\n{\"v\": 1}\n```",
                "```json\n{\"v\": 1}\n``` x",
                "````md\n```json\n{\"v\": 1}\n```\n````",
                "``\n{\"v\": 1}\n``",
                "{\"v\": 1e99999999999}",
                "{\"v\": 1e-99999999999}"
            })
    void allElseIsNotJson(String output) {
        assertNotJson(output);
    }

    @ParameterizedTest
    @CsvSource({
        "1.10, 1.10",
        "-0.0, 0.0",
        "100, 100",
        "1.0, 1.0",
        "0.1000000000000000055511151231257827, 0.1000000000000000055511151231257827",
        "123456789012345678901234567890, 123456789012345678901234567890",
        "1e400, 1E+400",
        "1e20000, 1E+20000",
        "1.50e-400, 1.50E-400",
        "1e2147483647, 1E+2147483647",
        "-1e-2147483647, -1E-2147483647"
    })
    void numbersKeepTheirDigits(String number, String value) {
        assertThat(take("{\"v\": " + number + "}", "v")).isEqualTo(value);
        assertThat(take("{\"v\": [" + number + "]}", "v")).isEqualTo("[" + value + "]");
    }

    @Test
    void stringsComeOutAsTheyAre() {
        assertThat(take("{\"v\": \" a\\n\\\"b\\\" \\ud83d {error} \"}", "v")).isEqualTo(" a\n\"b\" \ud83d {error} ");
        assertThat(take("{\"v\": [ \"a\\n\", { } ]}", "v")).isEqualTo("[\"a\\n\",{}]");
    }

    @Test
    void takesWhatIsAsDeepAsJacksonReads() {
        int deep = 499;
        String nested = "[".repeat(deep) + "]".repeat(deep);

        assertThat(take("{\"v\":" + nested + "}", "v")).isEqualTo(nested);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":", "```\n{\n```\n", "~~~~\n[1,2,\n", "1", "[1],", "`", "~\n"})
    @Timeout(20)
    void whatIsTooDeepOrBrokenIsNotJson(String unit) {
        String large = unit.repeat(MEGABYTE / unit.length());

        assertNotJson(large);
        assertNotJson("{\"v\": " + large + "}");
        assertNotJson("```json\n{\"v\": " + large + "}\n```");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "result.cause",
                "items.0.name",
                "items[0].name",
                "[1].x",
                "[0][1]",
                "a[0][1]",
                "0",
                "a b.c-d",
                "größe",
                "$.x",
                "a[007]"
            })
    void knowsPaths(String text) {
        assertThat(OutputVars.isPath(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", ".a", "a.", "a..b", "a[", "a]", "a[]", "a[x]", "a[-1]", "a[1", "a1]", "a.[0]", "a[0]b", "[0]b",
                "[[0]]", "a\nb", "a\u0000", "a[٣]"
            })
    void knowsWhatIsNoPath(String text) {
        assertThat(OutputVars.isPath(text)).isFalse();
    }

    @Test
    void pathsHaveAtMost500Characters() {
        assertThat(OutputVars.isPath("a".repeat(500))).isTrue();
        assertThat(OutputVars.isPath("a.".repeat(249) + "bc")).isTrue();
        assertThat(OutputVars.isPath("a".repeat(501))).isFalse();
        assertThat(OutputVars.isPath("a[0]".repeat(MEGABYTE))).isFalse();
    }

    private String take(String output, String path) {
        return take(output, null, path);
    }

    private String take(String output, @Nullable JsonNode structured, String path) {
        return switch (vars.of(output, structured, Map.of("variable", path))) {
            case Found found -> found.values().getOrDefault("variable", "no value");
            case Missing missing -> missing.toString();
        };
    }

    private void assertNotJson(String output) {
        assertThat(vars.of(output, null, Map.of("cause", "v")))
                .isEqualTo(
                        new Missing("The output is not JSON, so the output variable 'cause' cannot be taken from it"));
    }

    private static Map<String, String> ordered(String... keysAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
