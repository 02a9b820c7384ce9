package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RequestJsonTest {

    private final JsonMapper json = RequestJson.mapper(ApiJson.mapper());
    private final UnreadableBody unreadable = new UnreadableBody(new TypeDescriptions(json));

    /** Something of each type that can hold what is refused. */
    record Sample(
            @Nullable String text,
            @Nullable List<String> list,
            @Nullable Map<String, String> map,
            @Nullable BigDecimal decimal,
            @Nullable Integer number,
            @Nullable ObjectNode object,
            @Nullable JsonNode any,
            @Nullable List<Sample> samples) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"text":"a","text":"b"}                                 | text: must be given only once
            {"samples":[{},{"number":1,"number":1}]}                | samples[1].number: must be given only once
            {"object":{"a":[0,{"b":1,"b":2}]}}                      | object.a[1].b: must be given only once
            {"map":{"a":"1","a":"2"}}                               | map.a: must be given only once
            {"object":{"a":1e400}}                                  | object.a: is out of range
            {"object":{"a":[1,-1e400]}}                             | object.a[1]: is out of range
            {"object":{"a":1e999999999}}                            | object.a: is out of range
            {"any":1e400}                                           | any: is out of range
            {"samples":[{"any":{"b":1e400}}]}                       | samples[0].any.b: is out of range
            {"number":1e400}                                        | number: must be a whole number
            {"text":"\\ud800"}                                      | text: must be valid Unicode
            {"text":"a\\udc00b"}                                    | text: must be valid Unicode
            {"list":["fine","\\udc00\\ud800"]}                      | list[1]: must be valid Unicode
            {"map":{"a":"\\ud800"}}                                 | map.a: must be valid Unicode
            {"object":{"a":{"b":["\\ud800"]}}}                      | object.a.b[0]: must be valid Unicode
            {"map":{"\\ud800":"a"}}                                  | map: must be valid Unicode
            {"object":{"a":{"\\ud800":1}}}                          | object.a: must be valid Unicode
            {"\\ud800":1}                                           | ?: is not known here; known are any, decimal, list, map, number, object, samples, text
            {"any":"\\ud800"}                                       | any: must be valid Unicode
            {"object":"text"}                                       | object: is not valid
            {"object":1}                                            | object: is not valid
            """)
    void refusesWhatCannotBeKeptAndNamesIt(String body, String error) {
        JacksonException refused =
                catchThrowableOfType(JacksonException.class, () -> json.readValue(body, Sample.class));

        assertThat(unreadable.explain(refused).errors())
                .extracting(field -> field.field() + ": " + field.message())
                .containsExactly(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud800\":1", "\"a\":" + "1" + ",\"a\":2", "\"a\":1e400"})
    void refusesItInABodyThatIsATree(String members) {
        assertThatThrownBy(() -> json.readValue("{" + members + "}", ObjectNode.class))
                .isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 100_000})
    void refusesWhatIsNestedTooDeeply(int depth) {
        JacksonException refused = catchThrowableOfType(
                JacksonException.class,
                () -> json.readValue("{\"any\":" + "[".repeat(depth) + "]".repeat(depth) + "}", Sample.class));

        assertThat(unreadable.explain(refused).detail()).startsWith("The body is nested too deeply");
    }

    @Test
    void readsTheRestAsTheApiDoes() {
        String body = """
                {"text":"\\ud83d\\ude00 \\u0000","list":["a"],"map":{"a":"b"},"decimal":1e5,"number":7,
                "object":{"a":1e300,"b":[null,true,0.1,12345678901234567890]},"any":null,"samples":[{"object":null}]}""";

        assertThat(json.readValue(body, Sample.class))
                .isEqualTo(ApiJson.mapper().readValue(body, Sample.class));
        assertThat(json.readValue("{}", Sample.class))
                .isEqualTo(ApiJson.mapper().readValue("{}", Sample.class));
    }
}
