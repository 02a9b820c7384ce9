package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.RequestBody.step;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.acceptance.PoolClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Waits for several items at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaitTest {

    private TestingPool pool;
    private PoolClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        pool = TestingPool.stubbed(directory, "claude-pool.slots=2");
        client = pool.client();
    }

    @AfterAll
    void stop() {
        pool.close();
    }

    @Test
    void waitsForAllOfATaskAChainAndAFanOut() {
        String task = client.submit("a");
        String chain = client.submitSteps(step("one", "a"), step("two", "b"));
        String fanOut = FanOuts.id(new FanOuts(client).submit(Map.of("prompts", List.of("a", "b"))));

        Answer answer = await(List.of(task, chain, fanOut), "all", "PT1M");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/ended").asInt()).isEqualTo(3);
        assertThat(each(answer, "/id")).containsExactly(task, chain, fanOut);
        assertThat(each(answer, "/kind")).containsExactly("task", "chain", "fan-out");
        assertThat(each(answer, "/state")).containsOnly("SUCCEEDED");
    }

    @Test
    void waitsForAny() {
        String never = never();
        String task = client.submit("a");

        Answer answer = await(List.of(never, task), "any", "PT1M");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(each(answer, "/state")).containsExactly("QUEUED", "SUCCEEDED");
        assertThat(each(answer, "/ended")).containsExactly("false", "true");
    }

    @Test
    void waitsForANumber() {
        Answer answer = await(List.of(client.submit("a"), never(), client.submit("b")), 2, "PT1M");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/ended").asInt()).isEqualTo(2);
    }

    @Test
    void saysWhereAllStandWhenTheWaitEndsFirst() {
        String task = client.submit("a");
        await(List.of(task), "all", "PT1M");

        Answer answer = await(List.of(task, never()), "all", "PT0.01S");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().at("/ended").asInt()).isEqualTo(1);
        assertThat(each(answer, "/ended")).containsExactly("true", "false");
    }

    @Test
    void waitsForAllUnlessToldOtherwise() {
        Answer answer = client.post("/wait?wait=PT0.01S", Map.of("ids", List.of(never())));

        assertThat(answer.status()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                  | ids
            {"ids":[]}                          | ids
            {"ids":[null]}                      | ids
            {"ids":["x"]}                       | ids[0]
            {"ids":["ID","ID"]}                 | ids
            {"ids":["ID"],"for":2}              | for
            {"ids":["ID"],"for":0}              | for
            {"ids":["ID"],"for":"some"}         | for
            {"ids":["ID"],"for":1.5}            | for
            {"ids":["ID"],"for":["any"]}        | for
            {"ids":["ID"],"colour":1}           | colour
            {"ids":["ID","OTHER"]}              | ids[1]
            """)
    void whatMakesNoSenseIsRefused(String body, String field) {
        String filled = body.replace("ID", client.submit("a"))
                .replace("OTHER", UUID.randomUUID().toString());

        Answer answer = client.send(client.request("/wait").POST(BodyPublishers.ofString(filled)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
    }

    @Test
    void takesAtMostAThousandIds() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1001; i++) {
            ids.add(UUID.randomUUID().toString());
        }

        assertThat(await(ids, "any", "PT1S").json().at("/errors/0/field").asString())
                .isEqualTo("ids");
    }

    @Test
    void namesAHundredUnknownIdsAtMost() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ids.add(UUID.randomUUID().toString());
        }

        assertThat(await(ids, "any", "PT1S").json().at("/errors")).hasSize(100);
    }

    private String never() {
        return client.submit(task("a").with("notBefore", "9999-12-31T23:59:59Z"));
    }

    private Answer await(List<String> ids, Object count, String longest) {
        return client.post("/wait?wait=" + longest, Map.of("ids", ids, "for", count));
    }

    private static List<String> each(Answer answer, String pointer) {
        return answer.json()
                .at("/items")
                .valueStream()
                .map((JsonNode item) -> item.at(pointer).asString())
                .toList();
    }
}
