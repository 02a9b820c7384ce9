package dev.claudepool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;
import dev.claudepool.demo.Exchange.State;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The stand-in as a client sees it. */
class MessagesApiTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final MessagesApi api = MessagesApi.start();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void answersAPromptWithoutDirectivesAsADemoWordByWord() throws Exception {
        var answer = client().user("What is a pool?").stream();

        assertThat(answer.text()).contains("demo answer", "\"What is a pool?\"");
        assertThat(answer.deltas()).isGreaterThan(10);
        assertThat(answer.first("message_delta").at("/delta/stop_reason").asString())
                .isEqualTo("end_turn");
    }

    @Test
    void answersInOnePieceWhenNotAskedToStream() throws Exception {
        var response = client().with(body -> body.put("stream", false))
                .user("[[echo:hi]]")
                .send();

        JsonNode message = TestingClient.JSON.readTree(response.body());
        assertThat(message.at("/content/0/text").asString()).isEqualTo("hi");
        assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(20);
    }

    @Test
    void echoesAndRecallsTheConversation() throws Exception {
        var answer = client().user("I am Ada").user("[[echo:old]]").user("so: [[echo:hi ]][[recall]]").stream();

        assertThat(answer.text()).isEqualTo("hi I am Ada\n[[echo:old]]");
    }

    @Test
    void textsOfTheCliAreNotTheUsers() throws Exception {
        client().user("<command-name>/clear</command-name>\n<command-args></command-args>")
                .user("[Request interrupted by user]")
                .user("<system-reminder>\nx\n</system-reminder>\nhello")
                .send();

        assertThat(api.exchanges().getFirst().userTexts()).containsExactly("hello");
    }

    @Test
    void spreadsASlowAnswer() throws Exception {
        long start = System.nanoTime();

        var answer = client().user("[[slow:300]][[echo:a b c]]").stream();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
        assertThat(answer.text()).isEqualTo("a b c");
    }

    @Test
    void seesTheClientOfASilentAnswerGo() throws Exception {
        client().user("[[hang]]").leaveAt("message_start");

        assertThat(api.await(exchange -> exchange.state() == State.DROPPED_BY_CLIENT, LONG)
                        .lastUserText())
                .isEqualTo("[[hang]]");
        assertThat(api.meter().usd()).isEqualTo(Money.ZERO);
        assertThat(api.meter().lost().tokens()).isEqualTo(new Tokens(100, 1, 0, 0));
    }

    @Test
    void metersWhatACutAnswerReported() throws Exception {
        client().user("[[slow:60000]][[echo:a b c]]").leaveAt("content_block_start");

        api.await(exchange -> exchange.state() == State.DROPPED_BY_CLIENT, LONG);

        assertThat(api.meter().whole().tokens()).isEqualTo(Tokens.NONE);
        assertThat(api.meter().cut().usd()).isEqualTo(Money.usd("0.00042"));
    }

    @Test
    void chargesTheScriptedTokens() throws Exception {
        var answer = client().user("[[tokens:1000,10,500,300]]").stream();

        assertThat(answer.first("message_start").at("/message/usage").toString())
                .isEqualTo("{\"input_tokens\":1000,\"output_tokens\":1,\"cache_read_input_tokens\":500,"
                        + "\"cache_creation_input_tokens\":300}");
        assertThat(answer.first("message_delta").at("/usage/output_tokens").asInt())
                .isEqualTo(10);
        assertThat(api.meter().usd()).isEqualTo(Money.usd("0.0058"));
        assertThat(api.meter().tokens()).isEqualTo(new Tokens(1000, 10, 500, 300));
        assertThat(api.meter().wholeByModel()).containsOnlyKeys("claude-opus-5-5");
    }

    @Test
    void usesOneToolAfterTheOtherAndThenAnswers() throws Exception {
        TestingClient client =
                client().user("[[tool:Bash {\"command\":\"ls\"}]][[tool:Read {\"file_path\":\"/x\"}]][[echo:done]]");

        var first = client.stream();
        var second = client.toolResult("a.txt").stream();
        var third = client.toolResult("text").stream();

        assertThat(first.first("content_block_start").at("/content_block/name").asString())
                .isEqualTo("Bash");
        assertThat(first.toolInput().path("command").asString()).isEqualTo("ls");
        assertThat(first.first("message_delta").at("/delta/stop_reason").asString())
                .isEqualTo("tool_use");
        assertThat(second.first("content_block_start").at("/content_block/name").asString())
                .isEqualTo("Read");
        assertThat(third.text()).isEqualTo("done");
    }

    @Test
    void listsFilesInPlainWordsWhenItMay() throws Exception {
        TestingClient client = client().with(
                        body -> body.putArray("tools").addObject().put("name", "Bash"))
                .user("Please list the files here");

        assertThat(client.stream().toolInput().path("command").asString()).isEqualTo("ls");
        assertThat(client.toolResult("pom.xml").stream().text()).contains("demo answer", "pom.xml");
    }

    @Test
    void makesUpStructuredOutput() throws Exception {
        var answer = client()
                .with(
                        body -> body.putArray("tools")
                                .addObject()
                                .put("name", "StructuredOutput")
                                .set(
                                        "input_schema",
                                        TestingClient.JSON.readTree(
                                                "{\"type\":\"object\",\"properties\":{"
                                                        + "\"n\":{\"type\":\"integer\"},\"s\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}")))
                .user("Count")
                .stream();

        assertThat(answer.toolInput().toString()).isEqualTo("{\"n\":1,\"s\":[\"demo\"]}");
    }

    @Test
    void refusesForeverOrSomeTimes() throws Exception {
        assertThat(client().user("[[error:413]]").send().statusCode()).isEqualTo(413);
        assertThat(client().user("[[error:413]]").send().statusCode()).isEqualTo(413);

        TestingClient limited = client().user("[[error:429,times=2,retry-after=1]][[echo:x]]");
        HttpResponse<String> first = limited.send();
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("retry-after")).hasValue("1");
        assertThat(TestingClient.JSON.readTree(first.body()).at("/error/type").asString())
                .isEqualTo("rate_limit_error");
        assertThat(limited.session("another").send().statusCode()).isEqualTo(429);
        assertThat(limited.send().statusCode()).isEqualTo(200);
        assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(413, 413, 429, 429, 200);
    }

    @Test
    void countsFaultsOfEachConversation() throws Exception {
        TestingClient client = client().user("[[error:529,times=1,per=session]]");

        assertThat(client.session("a").send().statusCode()).isEqualTo(529);
        assertThat(client.send().statusCode()).isEqualTo(200);
        assertThat(client.session("b").send().statusCode()).isEqualTo(529);
    }

    @Test
    void sideRequestsDoNotCount() throws Exception {
        TestingClient client = client().user("[[error:529,times=1]]");

        assertThat(client.with(body -> body.put("max_tokens", 1)).send().statusCode())
                .isEqualTo(200);
        assertThat(client.with(body -> body.put("max_tokens", 1000)).send().statusCode())
                .isEqualTo(529);
        assertThat(api.exchanges()).extracting(Exchange::mainLoop).containsExactly(false, true);
    }

    @Test
    void breaksTheConnectionInTheMiddle() throws Exception {
        TestingClient client = client().user("[[drop:times=1]][[echo:whole]]");

        assertThatThrownBy(client::send).isInstanceOf(IOException.class);
        assertThat(client.stream().text()).isEqualTo("whole");
        assertThat(api.exchanges()).extracting(Exchange::state).containsExactly(State.BROKEN_OFF, State.COMPLETED);
        assertThat(api.meter().whole().tokens()).isEqualTo(new Tokens(100, 20, 0, 0));
        assertThat(api.meter().cut().tokens()).isEqualTo(new Tokens(100, 13, 0, 0));
    }

    @Test
    void sendsLargeAnswers() throws Exception {
        assertThat(client().user("[[large:3000001]]").stream().text()).hasSize(3_000_001);
    }

    @Test
    void logsWhatWasAskedButNotTheKey() throws Exception {
        client().with(body -> {
                    body.put("system", "You are Ada.");
                    body.putObject("output_config").put("effort", "low");
                    body.putArray("tools").addObject().put("name", "Read");
                })
                .user("hello")
                .sendWithKey("secret-key");

        Exchange exchange = api.exchanges().getFirst();
        assertThat(exchange.systemPrompt()).isEqualTo("You are Ada.");
        assertThat(exchange.effort()).isEqualTo("low");
        assertThat(exchange.tools()).containsExactly("Read");
        assertThat(exchange.sessionId()).isEqualTo("11111111-2222-3333-4444-555555555555");
        assertThat(exchange.keyPresent()).isTrue();
        assertThat(exchange.toString()).doesNotContain("hello", "Ada", "secret-key");
    }

    @Test
    void refusesOtherKeysThanTheRequiredOne() throws Exception {
        api.requireKey("right");

        assertThat(client().user("x").sendWithKey("wrong").statusCode()).isEqualTo(401);
        assertThat(client().user("x").sendWithKey("right").statusCode()).isEqualTo(200);
    }

    @Test
    void forgetsTheOldestExchanges() throws Exception {
        try (MessagesApi small = MessagesApi.start(0, 2, Duration.ZERO)) {
            for (int i = 0; i < 5; i++) {
                new TestingClient(small).user("[[echo:x]]").send();
            }
            assertThat(small.exchanges()).extracting(Exchange::number).containsExactly(4L, 5L);
        }
    }

    @Test
    void answersOtherPathsWithSomeJson() throws Exception {
        URI uri = api.uri().resolve("/v1/messages/count_tokens");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("{\"input_tokens\":100}");
        assertThat(api.exchanges()).isEmpty();
    }

    private TestingClient client() {
        return new TestingClient(api);
    }
}
