package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of one assistant message and its parts. */
record Message(String id, String model) {

    static final JsonMapper JSON = new JsonMapper();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    ObjectNode envelope(Tokens tokens, long output) {
        ObjectNode message = NODES.objectNode()
                .put("id", "msg_" + id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model)
                .putNull("stop_reason")
                .putNull("stop_sequence");
        message.set("content", NODES.arrayNode());
        message.set("usage", usage(tokens, output));
        return message;
    }

    static ObjectNode usage(Tokens tokens, long output) {
        return NODES.objectNode()
                .put("input_tokens", tokens.input())
                .put("output_tokens", output)
                .put("cache_read_input_tokens", tokens.cacheRead())
                .put("cache_creation_input_tokens", tokens.cacheWrite());
    }

    static ObjectNode textBlock(String text) {
        return NODES.objectNode().put("type", "text").put("text", text);
    }

    ObjectNode toolBlock(String name, ObjectNode input) {
        ObjectNode block = NODES.objectNode()
                .put("type", "tool_use")
                .put("id", "toolu_" + id)
                .put("name", name);
        block.set("input", input);
        return block;
    }

    /** An event of the stream with its type, to be filled. */
    static ObjectNode event(String type) {
        return NODES.objectNode().put("type", type);
    }

    static ObjectNode error(int status) {
        ObjectNode error = NODES.objectNode()
                .put("type", errorType(status))
                .put("message", "The demo was told to refuse with " + status);
        ObjectNode body = event("error");
        body.set("error", error);
        return body;
    }

    private static String errorType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }
}
