package dev.claudepool.demo;

import dev.claudepool.demo.HttpFront.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request to {@code POST /v1/messages}, as far as the stand-in looks at it.
 *
 * @param systemPrompt the texts of {@code system}, without the CLI's billing line
 * @param tools the input schemas of the offered tools by name
 * @param userTexts what the user said in the session so far, without what the CLI adds
 * @param toolResults the results of the tools used since the last user text
 * @param sessionId the CLI's session
 * @param agentId the subagent that asks; null for the session itself
 */
record MessagesRequest(
        String model,
        boolean stream,
        int maxTokens,
        String systemPrompt,
        @Nullable String effort,
        Map<String, JsonNode> tools,
        List<String> userTexts,
        List<String> toolResults,
        @Nullable String sessionId,
        @Nullable String agentId) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Text that the CLI puts into user messages: reminders, local commands, notes of an interrupt. */
    private static final Pattern ADDED =
            Pattern.compile("\\s*(?:<(system-reminder|(?:local-)?command-[a-z]+)>|\\[Request interrupted by user)");

    static MessagesRequest of(Request http) throws JacksonException {
        JsonNode json = JSON.readTree(http.body());
        List<String> userTexts = new ArrayList<>();
        List<String> toolResults = new ArrayList<>();
        for (JsonNode message : json.path("messages")) {
            if (message.path("role").asString("").equals("user")) {
                readUser(message.path("content"), userTexts, toolResults);
            }
        }
        Map<String, JsonNode> tools = new LinkedHashMap<>();
        json.path("tools").forEach(tool -> tools.put(tool.path("name").asString(""), tool.path("input_schema")));
        return new MessagesRequest(
                json.path("model").asString("unknown"),
                json.path("stream").asBoolean(false),
                json.path("max_tokens").asInt(0),
                texts(json.path("system")).stream()
                        .filter(text -> !text.startsWith("x-anthropic-billing-header"))
                        .collect(Collectors.joining("\n\n")),
                orNull(json.path("output_config").path("effort").asString("")),
                tools,
                List.copyOf(userTexts),
                List.copyOf(toolResults),
                session(json.path("metadata").path("user_id").asString(""), http.header("x-claude-code-session-id")),
                orNull(http.header("x-claude-code-agent-id")));
    }

    /** Returns what the user said last; empty when nothing. */
    String prompt() {
        return userTexts.isEmpty() ? "" : userTexts.getLast();
    }

    /** Returns whether this is a turn of a session, and not a side request such as a check of the quota. */
    boolean mainLoop() {
        return maxTokens > 1;
    }

    private static void readUser(JsonNode content, List<String> userTexts, List<String> toolResults) {
        for (JsonNode block : content) {
            if (block.path("type").asString("").equals("tool_result")) {
                toolResults.add(String.join("\n", texts(block.path("content"))));
            }
        }
        for (String text : texts(content)) {
            String said = withoutAdditions(text);
            if (!said.isBlank()) {
                userTexts.add(said);
                toolResults.clear();
            }
        }
    }

    /** The texts of a string, or of a list of blocks. */
    private static List<String> texts(JsonNode content) {
        return content.isString()
                ? List.of(content.asString())
                : StreamSupport.stream(content.spliterator(), false)
                        .filter(block -> block.path("type").asString("").equals("text"))
                        .map(block -> block.path("text").asString(""))
                        .toList();
    }

    private static String withoutAdditions(String text) {
        String rest = text;
        for (Matcher added = ADDED.matcher(rest); added.lookingAt(); added = ADDED.matcher(rest)) {
            String tag = added.group(1);
            int end = tag == null ? -1 : rest.indexOf("</" + tag + ">", added.end());
            rest = end < 0 ? "" : rest.substring(end + tag.length() + 3);
        }
        return rest.strip();
    }

    private static @Nullable String session(String userId, String header) {
        if (!header.isEmpty()) {
            return header;
        }
        try {
            return orNull(JSON.readTree(userId).path("session_id").asString(""));
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    @Override
    public String toString() {
        return "MessagesRequest[" + model + " " + sessionId + "]";
    }
}
