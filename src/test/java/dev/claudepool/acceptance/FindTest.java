package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tasks are found by what they were asked with and by what became of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FindTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TestingPool pool;
    private PoolClient client;
    private String first;
    private String second;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=1");
        client = pool.client();
        first = ended(
                task("Review the gr\u00f6\u00dfte file").with("name", "a, b").with("tags", List.of("x:y", "z")));
        second = ended(task("Write a test").with("model", "haiku").with("tags", List.of("z")));
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void findsByEveryParameter() {
        JsonNode task = client.task(first);
        String created = task.at("/createdAt").asString();
        String finished = task.at("/finishedAt").asString();

        assertThat(found("tag", "x:y")).containsExactly(first);
        assertThat(found("tag", "z")).containsExactly(second, first);
        assertThat(found("tag", "z", "tag", "x:y")).containsExactly(first);
        assertThat(found("name", "a, b")).containsExactly(first);
        assertThat(found("model", "haiku", "model", "opus")).containsExactly(second);
        assertThat(found("q", "GROSSTE rev*")).isEmpty();
        assertThat(found("q", "gro\u00dfte rev*")).containsExactly(first);
        assertThat(found("state", "SUCCEEDED", "state", "QUEUED")).containsExactly(second, first);
        assertThat(found("code", "task-failed")).isEmpty();
        assertThat(found("role", "any", "role", "\0")).isEmpty();
        assertThat(found("slot", "slot-0")).containsExactly(second, first);
        assertThat(found("sessionId", task.at("/sessionId").asString())).contains(first);
        assertThat(found("chainId", first)).isEmpty();
        assertThat(found("fanOutId", first)).isEmpty();
        assertThat(found("createdFrom", created, "order", "oldest")).containsExactly(first, second);
        assertThat(found("createdTo", created)).isEmpty();
        assertThat(found("finishedFrom", finished)).contains(first);
        assertThat(found("finishedTo", finished)).isEmpty();
        assertThat(found("createdTo", "9999-12-31T23:59:59Z", "finishedFrom", "0001-01-01T00:00:00Z"))
                .containsExactly(second, first);
        assertThat(found("createdFrom", "9999-12-31T23:59:59Z")).isEmpty();
        assertThat(found("order", "queue")).isEmpty();
        assertThat(found("order", "cost")).containsExactlyInAnyOrder(first, second);
        assertThat(found("order", "duration", "fields", "full")).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void goesOnFromPageToPage() {
        JsonNode page = client.get("/tasks?order=oldest&limit=1").json();

        assertThat(page.at("/items/0/id").asString()).isEqualTo(first);
        JsonNode rest = client.get(
                        "/tasks?order=oldest&cursor=" + page.at("/next").asString())
                .json();
        assertThat(rest.at("/items/0/id").asString()).isEqualTo(second);
        assertThat(rest.at("/next").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    state=QUEUED&state=WAITING | state | must be one of QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED
                    chainId=1                  | chainId | is not valid
                    createdTo=yesterday        | createdTo | must be a time such as 2026-01-31T12:00:00Z
                    createdFrom=5              | createdFrom | must be a time such as 2026-01-31T12:00:00Z
                    order=newest               | order | must be one of youngest, oldest, queue, cost, duration
                    q=%21%21                   | q | must have a word of letters or digits
                    q=a+b*                     | q | must have 2 letters or digits before *
                    q=a+b+c+d+e+f+g+h+i+j+k    | q | must have at most 10 words
                    tag=a&tag=                 | tag | must not be blank
                    finishedAfter=x            | finishedAfter | is not known here; known are""")
    void refusesWhatItDoesNotUnderstand(String query, String field, String message) {
        Answer answer = client.get("/tasks?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
        assertThat(answer.json().at("/errors/0/message").asString()).startsWith(message);
    }

    private String ended(RequestBody body) {
        String id = client.submit(body);
        client.awaitEnd(id, LONGEST);
        return id;
    }

    private List<String> found(String... parameters) {
        StringBuilder query = new StringBuilder("/tasks?limit=10");
        for (int i = 0; i < parameters.length; i += 2) {
            query.append("&")
                    .append(parameters[i])
                    .append("=")
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        Answer answer = client.get(query.toString());
        assertThat(answer.status()).as(query.toString()).isEqualTo(200);
        return answer.json()
                .at("/items")
                .valueStream()
                .map(item -> item.at("/id").asString())
                .toList();
    }
}
