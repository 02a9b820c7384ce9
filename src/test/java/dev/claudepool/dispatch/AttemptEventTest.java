package dev.claudepool.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.web.ApiJson;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of these events is a contract with clients. */
class AttemptEventTest {

    @ParameterizedTest
    @MethodSource("events")
    void hasTheFieldsThatClientsKnow(EventData event, String json) {
        assertThat(ApiJson.mapper().valueToTree(event).toString()).isEqualTo(json);
    }

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(new AttemptEvent.Text("hi", null), """
                        {"text":"hi"}"""),
                Arguments.of(new AttemptEvent.Text("hi", true), """
                        {"text":"hi","truncated":true}"""),
                Arguments.of(new AttemptEvent.Delta("h"), """
                        {"text":"h"}"""),
                Arguments.of(new AttemptEvent.ToolCalled("{}", null, "t1", "Bash"), """
                        {"input":"{}","toolUseId":"t1","name":"Bash"}"""),
                Arguments.of(new AttemptEvent.ToolReturned("ok", true, "t1", false), """
                        {"result":"ok","truncated":true,"toolUseId":"t1","isError":false}"""),
                Arguments.of(new AttemptEvent.Retried("overloaded", null, 1, 10, 500), """
                        {"reason":"overloaded","status":null,"attempt":1,"maxRetries":10,"delayMs":500}"""),
                Arguments.of(new AttemptEvent.Spent(Money.usd("0.0008")), """
                        {"spentUsd":0.0008}"""));
    }
}
