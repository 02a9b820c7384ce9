package dev.claudepool.claude;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.claudepool.budget.ModelSpend;
import dev.claudepool.budget.Money;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.CliMessage.Block;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the lines of stream-json. Reading is lenient, since the CLI adds types and fields all the time: what
 * is unknown becomes {@link CliMessage.Other}, what is no JSON object {@link CliMessage.Noise}. Thread-safe.
 */
final class MessageCodec {

    private final JsonMapper json;

    /** @param maxLine the longest line that will be read, in bytes */
    MessageCodec(long maxLine) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength((int) Math.min(maxLine, Integer.MAX_VALUE))
                        .build())
                .build();
        this.json = JsonMapper.builder(factory)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    byte[] write(ObjectNode line) {
        // Not straight to bytes: that refuses the lone surrogates that prompts may contain.
        return (json.writeValueAsString(line) + "\n").getBytes(UTF_8);
    }

    ObjectNode prompt(Prompt prompt) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", "user");
        line.putObject("message").put("role", "user").put("content", prompt.text());
        line.putNull("parent_tool_use_id")
                .put("session_id", "")
                .put("uuid", UUID.randomUUID().toString());
        if (!prompt.slashCommands()) {
            line.put("client_composed", true);
        }
        return line;
    }

    ObjectNode controlRequest(String id, ObjectNode request) {
        ObjectNode line = JsonNodeFactory.instance
                .objectNode()
                .put("type", "control_request")
                .put("request_id", id);
        return line.set("request", request);
    }

    ObjectNode denial(CliMessage.PermissionRequest request) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", "control_response");
        ObjectNode response =
                line.putObject("response").put("subtype", "success").put("request_id", request.requestId());
        response.putObject("response").put("behavior", "deny").put("message", "Nobody is there to permit this.");
        return line;
    }

    CliMessage read(byte[] buffer, int offset, int length) {
        try {
            JsonNode line = json.readTree(buffer, offset, length);
            return line.isObject() ? read(line) : new CliMessage.Noise();
        } catch (JacksonException | NumberFormatException e) { // the latter for 1e99999999999 (Jackson 3.1)
            return new CliMessage.Noise();
        }
    }

    private static CliMessage read(JsonNode line) {
        return switch (text(line, "type")) {
            case "assistant" -> assistant(line);
            case "user" -> toolResults(line);
            case "stream_event" -> streamEvent(line);
            case "system" -> system(line);
            case "result" -> result(line);
            case "command_lifecycle" -> new CliMessage.Preparing(null);
            case "conversation_reset" -> new CliMessage.ConversationReset();
            case "rate_limit_event" -> rateLimit(line.path("rate_limit_info"));
            case "control_response" -> controlAnswer(line.path("response"));
            case "control_request" ->
                line.path("request").path("subtype").asString("").equals("can_use_tool")
                        ? new CliMessage.PermissionRequest(text(line, "request_id"))
                        : new CliMessage.Other();
            default -> new CliMessage.Other();
        };
    }

    private static CliMessage system(JsonNode line) {
        return switch (text(line, "subtype")) {
            case "init" -> new CliMessage.Preparing(nullableText(line, "model"));
            case "status" -> new CliMessage.Preparing(null);
            case "api_retry" ->
                new CliMessage.ApiRetry(
                        text(line, "error"),
                        nullableInt(line, "error_status"),
                        line.path("attempt").asInt(0),
                        line.path("max_retries").asInt(0),
                        millis(line, "retry_delay_ms"));
            default -> new CliMessage.Other();
        };
    }

    private static CliMessage assistant(JsonNode line) {
        boolean ofMainLoop = isOfMainLoop(line);
        String model = nullableText(line.path("message"), "model");
        boolean madeUp = line.path("is_api_error_message").asBoolean(false) || "<synthetic>".equals(model);
        List<Block> blocks = new ArrayList<>();
        for (JsonNode block : line.path("message").path("content")) {
            switch (text(block, "type")) {
                case "text" -> {
                    if (!madeUp && !line.path("aborted").asBoolean(false)) {
                        blocks.add(new Block.Text(text(block, "text")));
                    }
                }
                case "tool_use" ->
                    blocks.add(new Block.ToolUse(text(block, "id"), text(block, "name"), block.path("input")));
                default -> {}
            }
        }
        return new CliMessage.Assistant(blocks, madeUp ? null : model, nullableText(line, "error"), ofMainLoop);
    }

    private static CliMessage toolResults(JsonNode line) {
        List<TurnEvent.ToolResult> results = new ArrayList<>();
        for (JsonNode block : line.path("message").path("content")) {
            if (text(block, "type").equals("tool_result")) {
                results.add(new TurnEvent.ToolResult(
                        text(block, "tool_use_id"),
                        block.path("is_error").asBoolean(false),
                        content(block.path("content"))));
            }
        }
        return new CliMessage.ToolResults(results);
    }

    private static String content(JsonNode content) {
        return content.isString()
                ? content.asString()
                : content.valueStream()
                        .filter(block -> text(block, "type").equals("text"))
                        .map(block -> text(block, "text"))
                        .collect(Collectors.joining("\n"));
    }

    private static CliMessage streamEvent(JsonNode line) {
        JsonNode event = line.path("event");
        return switch (text(event, "type")) {
            case "content_block_delta" ->
                isOfMainLoop(line) && text(event.path("delta"), "type").equals("text_delta")
                        ? new CliMessage.TextDelta(text(event.path("delta"), "text"))
                        : new CliMessage.Other();
            case "message_stop" -> new CliMessage.MessageStop();
            default -> new CliMessage.Other();
        };
    }

    private static CliMessage rateLimit(JsonNode info) {
        if (!text(info, "status").equals("rejected")
                || info.path("isUsingOverage").asBoolean(false)) {
            return new CliMessage.Other();
        }
        long resetsAt = info.path("resetsAt").asLong(0);
        return new CliMessage.LimitReached(resetsAt > 0 ? Instant.ofEpochSecond(resetsAt) : null);
    }

    private static CliMessage controlAnswer(JsonNode response) {
        boolean granted = text(response, "subtype").equals("success");
        return new CliMessage.ControlAnswer(
                text(response, "request_id"),
                granted ? null : response.path("error").asString("refused"),
                response.path("response"));
    }

    private static CliMessage result(JsonNode line) {
        JsonNode structured = line.get("structured_output");
        return new CliMessage.Result(
                text(line, "subtype"),
                line.path("is_error").asBoolean(false),
                nullableText(line, "terminal_reason"),
                nullableInt(line, "api_error_status"),
                text(line, "result"),
                line.path("errors")
                        .valueStream()
                        .map(error -> error.asString(""))
                        .toList(),
                structured == null || structured.isNull() ? null : structured,
                line.path("num_turns").asInt(0),
                millis(line, "duration_ms"),
                total(line.path("total_cost_usd"), line.path("modelUsage")),
                line.path("permission_denials").isArray()
                        ? line.path("permission_denials")
                        : JsonNodeFactory.instance.arrayNode(),
                nullableText(line, "session_id"),
                !line.path("origin").isMissingNode()
                        && !line.path("origin").isNull()
                        && !text(line.path("origin"), "kind").equals("human"));
    }

    /** The running total in the answer to {@code get_usage}. */
    static Spend usage(JsonNode response) {
        JsonNode session = response.path("session");
        return total(session.path("total_cost_usd"), session.path("model_usage"));
    }

    private static Spend total(JsonNode usd, JsonNode usages) {
        Map<String, ModelSpend> models = new HashMap<>();
        usages.propertyStream()
                .forEach(usage -> models.put(
                        usage.getKey(),
                        new ModelSpend(usd(usage.getValue().path("costUSD")), tokens(usage.getValue()))));
        Tokens tokens = models.values().stream().map(ModelSpend::tokens).reduce(Tokens.NONE, Tokens::plus);
        return new Spend(usd(usd), tokens, false, models);
    }

    private static Money usd(JsonNode dollars) {
        return dollars.isNumber() ? Money.usd(dollars.decimalValue()) : Money.ZERO;
    }

    private static Tokens tokens(JsonNode usage) {
        return new Tokens(
                usage.path("inputTokens").asLong(0),
                usage.path("outputTokens").asLong(0),
                usage.path("cacheReadInputTokens").asLong(0),
                usage.path("cacheCreationInputTokens").asLong(0));
    }

    private static boolean isOfMainLoop(JsonNode line) {
        return nullableText(line, "parent_tool_use_id") == null;
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    private static @Nullable String nullableText(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() ? value.asString() : null;
    }

    private static @Nullable Integer nullableInt(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNumber() ? value.asInt(0) : null;
    }

    private static Duration millis(JsonNode node, String field) {
        return Duration.ofMillis(Math.max(0, node.path(field).asLong(0)));
    }
}
