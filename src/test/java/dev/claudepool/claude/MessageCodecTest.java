package dev.claudepool.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.CliMessage.Noise;
import dev.claudepool.claude.CliMessage.Other;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MessageCodecTest {

    static final List<String> TRANSCRIPTS = Transcript.NAMES;

    private final MessageCodec codec =
            new MessageCodec(new HeapLimits(64 << 20, 100_000, 8 << 20), InstantSource.system());

    @ParameterizedTest
    @FieldSource("TRANSCRIPTS")
    void everyRecordedLineIsAMessage(String transcript) {
        assertThat(Transcript.messages(transcript)).noneMatch(Noise.class::isInstance);
    }

    @Test
    void partialTextsAddUpToTheFinishedText() {
        List<CliMessage> messages = Transcript.messages("two-turns-partial");

        String deltas = messages.stream()
                .mapMulti((CliMessage message, Consumer<String> texts) -> {
                    if (message instanceof CliMessage.TextDelta(String text)) {
                        texts.accept(text);
                    }
                })
                .collect(Collectors.joining());
        String results = Transcript.results("two-turns-partial").stream()
                .map(CliMessage.Result::text)
                .collect(Collectors.joining());
        assertThat(deltas).isNotEmpty().isEqualTo(results);
    }

    @Test
    void runningTotalsAreExact() {
        assertThat(Transcript.results("interrupted"))
                .extracting(result -> result.total().usd())
                .containsExactly(Money.usd("0.00042"), Money.usd("0.00122"));
        assertThat(Transcript.results("interrupted").getLast().total().tokens()).isEqualTo(new Tokens(200, 21, 0, 0));
    }

    @Test
    void retriesHaveTheirReasonAndDelay() {
        assertThat(Transcript.messages("rate-limited-then-ok"))
                .contains(new CliMessage.ApiRetry("rate_limit", 429, 1, 10, Duration.ofMillis(1181)));
    }

    @Test
    void deniedToolsAreReportedAsErrorsAndAsDenials() {
        assertThat(Transcript.messages("tool-denied-without-host"))
                .filteredOn(CliMessage.ToolResults.class::isInstance)
                .singleElement()
                .satisfies(message -> assertThat(((CliMessage.ToolResults) message).results())
                        .singleElement()
                        .returns(true, TurnEvent.ToolResult::error));
        assertThat(Transcript.results("tool-denied-without-host").getFirst().permissionDenials())
                .hasSize(1);
    }

    @Test
    void permissionIsAskedForByRequestId() {
        assertThat(Transcript.messages("permission-denied")).anyMatch(CliMessage.PermissionRequest.class::isInstance);
    }

    @Test
    void textThatTheCliMadeUpIsNotTheModels() {
        assertThat(Transcript.messages("bad-request-is-error"))
                .contains(new CliMessage.Assistant(List.of(), null, "unknown", true));
    }

    @Test
    void structuredOutputIsKept() {
        assertThat(Transcript.results("json-schema").getFirst().structuredOutput())
                .hasToString("{\"a\":1}");
    }

    @Test
    void clearingRestartsTheTotals() {
        assertThat(Transcript.messages("clear-between-tasks")).contains(new CliMessage.ConversationReset());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[1]", "null", "\"text\"", "{\"type\":", "{\"type\":\"result\"", "\u0000"})
    void whatIsNoObjectIsNoise(String line) {
        assertThat(read(line)).isEqualTo(new Noise());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":7}",
                "{\"type\":\"brand_new\"}",
                "{\"type\":\"system\",\"subtype\":\"brand_new\"}",
                "{\"type\":\"stream_event\",\"event\":null}",
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"allowed\",\"resetsAt\":1}}",
                "{\"type\":\"control_request\",\"request\":{\"subtype\":\"brand_new\"}}"
            })
    void whatIsUnknownIsIgnored(String line) {
        assertThat(read(line)).isEqualTo(new Other());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"assistant", "user", "system", "result", "stream_event", "control_response", "rate_limit_event"})
    void fieldsOfTheWrongTypeAreTolerated(String type) {
        String line = ("{'type':'%s','message':{'content':7},'subtype':[],'event':'x','response':null,'num_turns':'x',"
                        + "'total_cost_usd':'x','modelUsage':[1],'permission_denials':'x','errors':{},'rate_limit_info':1}")
                .replace("%s", type)
                .replace('\'', '"');

        assertThat(read(line)).isNotInstanceOf(Noise.class);
    }

    @Test
    void aRejectedLimitHasTheTimeOfItsReset() {
        assertThat(
                        read(
                                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":1900000000}}"))
                .isEqualTo(new CliMessage.LimitReached(Instant.ofEpochSecond(1_900_000_000)));
    }

    @Test
    void theEndOfALimitMayBeInMilliseconds() {
        assertThat(
                        read(
                                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":1900000000000}}"))
                .isEqualTo(new CliMessage.LimitReached(Instant.ofEpochSecond(1_900_000_000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'rate_limit_event','rate_limit_info':{'status':'rejected','resetsAt':9223372036854775807}}",
                "{'type':'rate_limit_event','rate_limit_info':{'status':'rejected','resetsAt':86400}}",
                "{'type':'system','subtype':'api_retry','retry_delay_ms':1000000000000000}",
                "{'type':'result','total_cost_usd':1e300}",
                "{'type':'result','total_cost_usd':-0.01}",
                "{'type':'result','modelUsage':{'m':{'costUSD':1000001}}}",
                "{'type':'result','modelUsage':{'m':{'outputTokens':1e300}}}",
                "{'type':'result','num_turns':-1}",
                "{'type':'result','session_id':'1-1-1-1-1'}",
                "{'type':'result','total_cost_usd':1e99999999999}"
            })
    void figuresThatCannotBeTrueMakeALineUnusable(String line) {
        assertThat(read(line.replace('\'', '"')))
                .isInstanceOfSatisfying(
                        CliMessage.Unusable.class,
                        unusable -> assertThat(unusable.failure().code()).isEqualTo(FailureCode.OUTPUT_INVALID));
    }

    @Test
    void tooDeepALineIsUnusable() {
        assertThat(read("{\"type\":\"result\",\"structured_output\":" + "[".repeat(300) + "]".repeat(300) + "}"))
                .isInstanceOfSatisfying(
                        CliMessage.Unusable.class,
                        unusable -> assertThat(unusable.failure().code()).isEqualTo(FailureCode.OUTPUT_TOO_LARGE));
    }

    @Test
    void aStringOfTwentyMegabytesIsRead() {
        String text = "y".repeat(20 << 20);

        assertThat(read("{\"type\":\"result\",\"result\":\"" + text + "\"}"))
                .isInstanceOfSatisfying(
                        CliMessage.Result.class,
                        result -> assertThat(result.text()).isEqualTo(text));
    }

    @Test
    void promptsAreLiteralUnlessTheyMayBeCommands() {
        assertThat(codec.prompt(new Prompt("/clear", false))
                        .path("client_composed")
                        .asBoolean())
                .isTrue();
        assertThat(codec.prompt(new Prompt("/clear", true)).has("client_composed"))
                .isFalse();
    }

    @Test
    void anyPromptBecomesOneLine() {
        String prompt = "a\nb\r\n\u0000\u2028\uD83D\uDE00 and half of one: \uD83D";

        String line = new String(codec.write(codec.prompt(new Prompt(prompt, false))), UTF_8);

        assertThat(line).endsWith("\n").containsOnlyOnce("\n");
        JsonNode content = new JsonMapper().readTree(line).path("message").path("content");
        assertThat(content.asString()).isEqualTo(prompt.replace('\uD83D', '?').replace("?\uDE00", "\uD83D\uDE00"));
    }

    private CliMessage read(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return codec.read(bytes, 0, bytes.length);
    }
}
