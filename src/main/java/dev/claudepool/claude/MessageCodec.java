package dev.claudepool.claude;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.claudepool.budget.ModelSpend;
import dev.claudepool.budget.Spend;
import dev.claudepool.budget.Tokens;
import dev.claudepool.claude.CliMessage.Block;
import dev.claudepool.web.Nesting;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
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

    private static final int MOST_LEVELS = 250;
    private static final int MOST_MODELS = 100;

    private final JsonMapper json;
    private final InstantSource clock;

    MessageCodec(HeapLimits limits, InstantSource clock) {
        this.clock = clock;
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength((int) Math.min(limits.line(), Integer.MAX_VALUE))
                        .maxTokenCount(limits.values())
                        .maxNestingDepth(MOST_LEVELS)
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
            return line.isObject() ? readPlausible(line) : new CliMessage.Noise();
        } catch (StreamConstraintsException e) {
            return unusable(
                    FailureCode.OUTPUT_TOO_LARGE,
                    "claude wrote a line that is nested too deeply, or holds too many values or too long a number.");
        } catch (NumberFormatException e) { // for 1e99999999999 (Jackson 3.1)
            return unusable(FailureCode.OUTPUT_INVALID, "claude wrote a number that is out of range.");
        } catch (JacksonException e) {
            return new CliMessage.Noise();
        }
    }

    private static CliMessage unusable(FailureCode code, String message) {
        return new CliMessage.Unusable(Failure.of(code, message), false);
    }

    private CliMessage readPlausible(JsonNode line) {
        try {
            return read(line);
        } catch (Figures.Implausible e) {
            return new CliMessage.Unusable(
                    Failure.of(FailureCode.OUTPUT_INVALID, Objects.requireNonNull(e.getMessage())),
                    text(line, "type").equals("result"));
        }
    }

    private CliMessage read(JsonNode line) {
        return switch (text(line, "type")) {
            case "assistant" -> assistant(line);
            case "user" -> toolResults(line);
            case "stream_event" -> streamEvent(line);
            case "system" -> system(line);
            case "result" -> result(line);
            case "command_lifecycle" -> new CliMessage.PromptState();
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
                        Figures.turns(line, "attempt"),
                        Figures.turns(line, "max_retries"),
                        Figures.millis(line, "retry_delay_ms"));
            default -> new CliMessage.Other();
        };
    }

    private static CliMessage assistant(JsonNode line) {
        boolean ofMainLoop = isOfMainLoop(line);
        String model = nullableText(line.path("message"), "model");
        if (model != null) {
            model = Figures.name(model, "model");
        }
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

    private CliMessage rateLimit(JsonNode info) {
        if (!text(info, "status").equals("rejected")
                || info.path("isUsingOverage").asBoolean(false)) {
            return new CliMessage.Other();
        }
        return new CliMessage.LimitReached(Figures.endOfLimit(info, "resetsAt", clock.instant()));
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
                Figures.turns(line, "num_turns"),
                Figures.millis(line, "duration_ms"),
                total(line, line.path("modelUsage")),
                permissionDenials(line.path("permission_denials")),
                Figures.uuid(line, "session_id"),
                !line.path("origin").isMissingNode()
                        && !line.path("origin").isNull()
                        && !text(line.path("origin"), "kind").equals("human"));
    }

    /** The inputs of the tools are the model's, which may nest them as it likes. */
    private static JsonNode permissionDenials(JsonNode denials) {
        if (!denials.isArray()) {
            return JsonNodeFactory.instance.arrayNode();
        }
        denials.valueStream()
                .filter(denial -> denial.isObject() && Nesting.isTooDeep(denial))
                .forEach(denial -> ((ObjectNode) denial).put("tool_input", "nested too deeply"));
        return denials;
    }

    /** The running total in the answer to {@code get_usage}; empty when it cannot be true. */
    static Optional<Spend> usage(JsonNode response) {
        JsonNode session = response.path("session");
        try {
            return Optional.of(total(session, session.path("model_usage")));
        } catch (Figures.Implausible e) {
            return Optional.empty();
        }
    }

    private static Spend total(JsonNode holder, JsonNode usages) {
        Map<String, ModelSpend> models = new HashMap<>();
        usages.propertyStream()
                .limit(MOST_MODELS)
                .forEach(usage -> models.put(
                        Figures.name(usage.getKey(), "modelUsage"),
                        new ModelSpend(Figures.usd(usage.getValue(), "costUSD"), tokens(usage.getValue()))));
        Tokens tokens = models.values().stream().map(ModelSpend::tokens).reduce(Tokens.NONE, Tokens::plus);
        return new Spend(Figures.usd(holder, "total_cost_usd"), tokens, false, models);
    }

    private static Tokens tokens(JsonNode usage) {
        return new Tokens(
                Figures.tokens(usage, "inputTokens"),
                Figures.tokens(usage, "outputTokens"),
                Figures.tokens(usage, "cacheReadInputTokens"),
                Figures.tokens(usage, "cacheCreationInputTokens"));
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
}
