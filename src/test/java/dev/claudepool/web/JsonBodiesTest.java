package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class JsonBodiesTest {

    private final JsonMapper json = ApiJson.mapper();

    /** The test cases of RFC 7396, appendix A, whose patches and targets are objects. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {"a":"b"}           | {"a":"c"}                  | {"a":"c"}
            {"a":"b"}           | {"b":"c"}                  | {"a":"b","b":"c"}
            {"a":"b"}           | {"a":null}                 | {}
            {"a":"b","b":"c"}   | {"a":null}                 | {"b":"c"}
            {"a":["b"]}         | {"a":"c"}                  | {"a":"c"}
            {"a":"c"}           | {"a":["b"]}                | {"a":["b"]}
            {"a":{"b":"c"}}     | {"a":{"b":"d","c":null}}   | {"a":{"b":"d"}}
            {"a":[{"b":"c"}]}   | {"a":[1]}                  | {"a":[1]}
            {"e":null}          | {"a":1}                    | {"e":null,"a":1}
            {}                  | {"a":{"bb":{"ccc":null}}}  | {"a":{"bb":{}}}
            """)
    void mergesAPatch(String before, String patch, String after) {
        JsonBodies bodies = new JsonBodies(json);

        ObjectNode patched = bodies.patched(object(before), object(patch), ObjectNode.class);

        assertThat(patched).isEqualTo(object(after));
    }

    private ObjectNode object(String text) {
        return (ObjectNode) json.readTree(text);
    }
}
