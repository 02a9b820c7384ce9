package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.RawHttp;
import dev.claudepool.RawHttp.Answer;
import dev.claudepool.TestingClient;
import dev.claudepool.WebServiceTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** A client's mistake is answered with a problem that says so, and leaves nothing in the log. */
@WebServiceTest
@Import(TestingController.class)
@ExtendWith(OutputCaptureExtension.class)
class ClientMistakesTest {

    private static final String ORDER = "{\"prompt\":\"x\"}";

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/*",
                "application/*+json",
                "json",
                "application/json;charset=none",
                "multipart/form-data",
                "multipart/form-data;boundary=x",
                "application/x-www-form-urlencoded",
                "application/yaml",
                "text/plain"
            })
    void bodyOfAnotherTypeIsUnsupported(String type, CapturedOutput log) {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "GET")) {
            assertThat(send(method, "/api/v1/orders", "%zz", "Content-Type: " + type)
                            .problem())
                    .isEqualTo("415 unsupported-media-type");
        }
        assertThat(send("POST", "/error", ORDER, "Content-Type: " + type).problem())
                .isEqualTo("415 unsupported-media-type");
        assertNothingIsLogged(log);
    }

    @Test
    void bodyWithoutTypeOrInAnEncodingIsUnsupported(CapturedOutput log) {
        assertThat(send("POST", "/api/v1/orders", ORDER).problem()).isEqualTo("415 unsupported-media-type");
        assertThat(send("POST", "/api/v1/orders", ORDER, "Content-Type: application/json", "Content-Encoding: gzip")
                        .problem())
                .isEqualTo("415 unsupported-media-type");
        assertNothingIsLogged(log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json;charset=UTF-8", "application/merge-patch+json"})
    void jsonIsRead(String type) {
        assertThat(send("POST", "/api/v1/orders", ORDER, "Content-Type: " + type)
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/pages?cursor.parts=1",
                "/api/v1/pages?limit.class=1",
                "/api/v1/pages?limit%5B0%5D=1",
                "/api/v1/pages?cursor%5B99999999%5D.x=1",
                "/api/v1/pages?class.module.classLoader=1",
                "/api/v1/pages?a%00=1",
                "/api/v1/pages?a%0Ab=1",
                "/api/v1/pages?%1B=1",
                "/api/v1/pages?a=%ff",
                "/api/v1/shapes?size=1&shape=",
                "/api/v1/shapes?size=1&shape=%20",
                "/api/v1/shapes?size=",
                "/api/v1/waits?wait="
            })
    void badParameterIsInvalid(String target, CapturedOutput log) {
        assertThat(send("GET", target, "").problem()).isEqualTo("400 validation-failed");
        assertNothingIsLogged(log);
    }

    @Test
    void blankParameterIsNamed() {
        assertThat(send("GET", "/api/v1/shapes?size=1&shape=", "").body())
                .contains("shape: must be one of ROUND, SQUARE");
        assertThat(send("GET", "/api/v1/pages?limit.class=1", "").body()).contains("\"limit.class\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "gzip, chunked", "identity", "chunked, chunked"})
    void unknownTransferEncodingIsInvalid(String encoding, CapturedOutput log) {
        assertThat(send(
                                "POST",
                                "/api/v1/orders",
                                "0\r\n\r\n",
                                "Content-Type: application/json",
                                "Transfer-Encoding: " + encoding)
                        .problem())
                .isEqualTo("400 validation-failed");
        assertNothingIsLogged(log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"x\"}", "zz\r\n\r\n", "5\r\nabcdefgh\r\n0\r\n\r\n", "-1\r\n", "\0"})
    void brokenChunksAreInvalid(String body, CapturedOutput log) {
        for (String target : List.of("/api/v1/orders", "/api/v1/orders?x=1", "/api/v1/crashes", "/livez")) {
            assertThat(send("POST", target, body, "Content-Type: application/json", "Transfer-Encoding: chunked")
                            .problem())
                    .as(target)
                    .isIn("400 validation-failed", "405 method-not-allowed");
        }
        assertNothingIsLogged(log);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /livez, 405 method-not-allowed",
        "DELETE, /readyz, 405 method-not-allowed",
        "POST, /actuator/health, 405 method-not-allowed",
        "DELETE, /api/v1/orders, 405 method-not-allowed",
        "TRACE, /api/v1/orders, 405 method-not-allowed",
        "SING, /api/v1/orders, 400 validation-failed",
        "CONNECT, localhost:80, 400 validation-failed",
        "GET, /actuator/health/a/b, 404 not-found",
        "GET, /actuator/health/a/b/c, 404 not-found"
    })
    void badMethodOrPathIsRefused(String method, String target, String problem, CapturedOutput log) {
        assertThat(send(method, target, "").problem()).isEqualTo(problem);
        assertNothingIsLogged(log);
    }

    @Test
    void badHeaderIsRefused(CapturedOutput log) {
        assertThat(send("GET", "/api/v1/headers", "", "Idempotency-Key: a\u00c2\u0085")
                        .problem())
                .isEqualTo("400 validation-failed");
        assertThat(send("GET", "/api/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057", "", "Accept: ///")
                        .problem())
                .isEqualTo("406 not-acceptable");
        assertThat(send("GET", "/swagger-ui/index.html", "", "Range: bytes=9-1").problem())
                .isEqualTo("400 validation-failed");
        assertNothingIsLogged(log);
    }

    @Test
    void strangerIsAskedForATokenBeforeHisBodyIsRead(CapturedOutput log) {
        RawHttp stranger = new RawHttp(port, "wrong");

        assertThat(Stream.of("POST", "PUT", "PATCH", "DELETE")
                        .map(method -> stranger.send(
                                method,
                                "/api/v1/orders",
                                List.of("Content-Type: application/x-www-form-urlencoded"),
                                "a=%zz"))
                        .map(Answer::problem))
                .containsOnly("401 unauthorized");
        assertNothingIsLogged(log);
    }

    private Answer send(String method, String target, String body, String... headers) {
        return new RawHttp(port, TestingClient.TOKEN).send(method, target, List.of(headers), body);
    }

    private static void assertNothingIsLogged(CapturedOutput log) {
        assertThat(log.toString())
                .doesNotContainPattern("(WARN|ERROR) \\d+ ---")
                .doesNotContain("\tat ");
    }
}
