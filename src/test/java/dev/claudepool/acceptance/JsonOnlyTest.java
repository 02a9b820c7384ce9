package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.RawHttp;
import dev.claudepool.RawHttp.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** The API reads and writes JSON and no other format, whatever formats the libraries on the class path know. */
class JsonOnlyTest {

    /** A value for each variable of a path. */
    private static final String ANY_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

    @TempDir
    private static Path directory;

    @AutoClose
    private static TestingPool pool;

    private static RawHttp http;

    @BeforeAll
    static void start() throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1");
        http = new RawHttp(pool.client().port(), TestingPool.TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/yaml",
                "application/x-yaml",
                "text/yaml",
                "application/xml",
                "text/xml",
                "application/problem+xml",
                "application/cbor",
                "application/x-jackson-smile",
                "application/x-protobuf",
                "application/x-www-form-urlencoded",
                "multipart/form-data;boundary=x",
                "multipart/mixed;boundary=x",
                "text/plain",
                "application/octet-stream",
                "application/*"
            })
    void noControllerReadsAnotherFormat(String type) {
        assertThat(routes())
                .allSatisfy(route -> assertThat(
                                route.send("prompt: x", "Content-Type: " + type).problem())
                        .isEqualTo("415 unsupported-media-type"));
        assertThat(pool.client().get("/tasks").json().at("/items")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/yaml",
                "application/xml",
                "application/cbor",
                "application/x-jackson-smile",
                "application/x-protobuf",
                "text/html",
                "text/plain",
                "image/*",
                "nothing"
            })
    void noControllerWritesAnotherFormat(String type) {
        assertThat(routes())
                .allSatisfy(route -> assertThat(route.send("{}", "Content-Type: application/json", "Accept: " + type)
                                .problem())
                        .isEqualTo("406 not-acceptable"));
        assertThatTask(pool.client().get("/pool").json())
                .as("what is refused has done nothing")
                .hasState("RUNNING");
    }

    /** Besides JSON, they are for the bytes, texts and files of the API's description and its page, and for metrics. */
    @Test
    void thereAreNoOtherConverters() {
        Map<String, String> types = pool.bean(RequestMappingHandlerAdapter.class).getMessageConverters().stream()
                .collect(Collectors.toMap(JsonOnlyTest::name, JsonOnlyTest::mediaTypes));

        assertThat(types)
                .isEqualTo(Map.of(
                        "ByteArrayHttpMessageConverter", "application/octet-stream */*",
                        "StringHttpMessageConverter", "text/plain */*",
                        "ResourceHttpMessageConverter", "*/*",
                        "ResourceRegionHttpMessageConverter", "*/*",
                        "JacksonJsonHttpMessageConverter", "application/json application/*+json"));
    }

    @Test
    void descriptionInYamlAndLedgerInCsvAreServed() {
        Answer description = http.send("GET", "/v3/api-docs.yaml", List.of(), "");
        Answer ledger = http.send("GET", "/api/v1/budget/ledger", List.of("Accept: text/csv"), "");

        assertThat(description.body()).startsWith("openapi: 3.1.0");
        assertThat(ledger.head()).contains("200", "text/csv");
        assertThat(ledger.body()).startsWith("seq,");
    }

    private static List<Route> routes() {
        List<Route> routes = pool.routes().entrySet().stream()
                .filter(entry -> entry.getValue().getBeanType().getPackageName().startsWith("dev.claudepool"))
                .flatMap(entry -> entry.getKey().getPatternValues().stream()
                        .flatMap(pattern -> entry.getKey().getMethodsCondition().getMethods().stream()
                                .filter(method -> method != RequestMethod.DELETE) // neither reads nor writes a body
                                .map(method -> new Route(method.name(), pattern.replaceAll("\\{\\w+}", ANY_ID)))))
                .distinct()
                .toList();
        assertThat(routes)
                .hasSizeGreaterThan(25)
                .contains(new Route("POST", "/api/v1/run"), new Route("GET", "/api/v1/tasks/" + ANY_ID + "/events"));
        return routes;
    }

    private static String name(HttpMessageConverter<?> converter) {
        return converter.getClass().getSimpleName();
    }

    private static String mediaTypes(HttpMessageConverter<?> converter) {
        return converter.getSupportedMediaTypes().stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    /** A method and a path that a controller of ours serves. */
    private record Route(String method, String path) {

        Answer send(String body, String... headers) {
            return http.send(method, path, List.of(headers), body);
        }
    }
}
