package dev.claudepool.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.RawHttp;
import dev.claudepool.RawHttp.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Sends random bad requests to every route: each gets a problem that blames the client, and the log stays silent. The
 * seed is printed; {@code -Dfuzz.seed} repeats it, {@code -Dfuzz.requests} says how many.
 */
@ExtendWith(OutputCaptureExtension.class)
class FuzzedRequestsTest {

    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 1500);

    private static final List<String> METHODS = lines("methods");
    private static final List<String> OTHER_PATHS = lines("paths");
    private static final List<String> SEGMENTS = lines("segments", "", "9".repeat(300));
    private static final List<String> NAMES = lines("names", "");
    private static final List<String> VALUES = lines("values", "", "a".repeat(2000));
    private static final List<String> TYPES = lines("types", "");
    private static final List<String> HEADERS = lines("headers", "Idempotency-Key: " + "k".repeat(300));
    /** Each is refused wherever a body is read. */
    private static final List<String> BODIES = lines(
            "bodies",
            "",
            "{\"capUsd\":" + "1".repeat(2000) + "}",
            "{\"prompt\":\"x\",\"outputSchema\":" + "{\"a\":".repeat(600) + "1" + "}".repeat(600) + "}",
            "\u0000",
            "\ufeff",
            "[".repeat(100_000),
            "0\r\n\r\n",
            "zz\r\n",
            "--x\r\n\r\n--x--");

    @TempDir
    private Path directory;

    private Random random = new Random(SEED);

    @Test
    void everyBadRequestIsAnsweredWithAProblemAndLeavesNoTrace(CapturedOutput log) throws Exception {
        System.out.println("fuzz.seed=" + SEED);
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            List<String> patterns = Stream.concat(
                            pool.routes().keySet().stream()
                                    .flatMap(route -> route.getPatternValues().stream())
                                    .filter(path -> !path.endsWith("/drain")), // after which it is right to answer 503
                            OTHER_PATHS.stream())
                    .sorted()
                    .toList();
            RawHttp http = new RawHttp(pool.client().port(), TestingPool.TOKEN);
            int before = log.length();
            for (int number = 0; number < REQUESTS; number++) {
                random = new Random(SEED + number);
                Request request = request(patterns);
                Answer answer = http.send(request.method(), request.target(), request.headers(), request.body());

                assertThat(verdict(request, answer))
                        .as("%s -> %s", request, answer)
                        .isEqualTo("fine");
                assertThat(log.toString().substring(before))
                        .as("log after %s", request)
                        .doesNotContainPattern("(WARN|ERROR) \\d+ ---")
                        .doesNotContain("\tat ");
            }
            pool.client().post("/pool/resume", Map.of()); // it may have been paused

            assertThat(pool.client().run("still alive").status()).isEqualTo(200);
        }
    }

    /**
     * Tomcat itself answers what is no HTTP without a body; other paths than those of the API have answers of their
     * own.
     */
    private static String verdict(Request request, Answer answer) {
        boolean bodiless = request.method().equals("HEAD") || answer.body().isEmpty();
        if (answer.status() >= 500 || answer.status() < 200) {
            return "blames the service";
        } else if (answer.status() < 400 || bodiless || !request.target().startsWith("/api/")) {
            return "fine";
        }
        return answer.problem().matches(answer.status() + " [a-z-]+") ? "fine" : "has no problem";
    }

    private Request request(List<String> patterns) {
        String target = path(one(patterns));
        int parameters = random.nextInt(4);
        for (int parameter = 0; parameter < parameters; parameter++) {
            target += (parameter == 0 ? "?" : "&") + one(NAMES) + "=" + one(VALUES);
        }
        List<String> headers = new ArrayList<>();
        for (int header = random.nextInt(3); header > 0; header--) {
            headers.add(one(HEADERS).translateEscapes());
        }
        if (random.nextInt(5) > 0) {
            headers.add("Content-Type: " + (random.nextBoolean() ? "application/json" : one(TYPES)));
        }
        return new Request(one(METHODS), target, headers, one(BODIES));
    }

    private String path(String pattern) {
        String path = pattern;
        while (path.contains("{")) {
            path = path.replaceFirst(
                    "\\{\\w+}", Matcher.quoteReplacement(one(SEGMENTS).replace("{", "%7B")));
        }
        return random.nextInt(10) == 0 ? path + "/" + one(SEGMENTS) : path;
    }

    /** The lines of a resource, and more that fit no line. */
    private static List<String> lines(String name, String... more) {
        String resource = "/fuzz/" + name + ".txt";
        try (InputStream in = Objects.requireNonNull(FuzzedRequestsTest.class.getResourceAsStream(resource))) {
            return Stream.concat(new String(in.readAllBytes(), UTF_8).lines(), Stream.of(more))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** What is sent. */
    private record Request(String method, String target, List<String> headers, String body) {}
}
