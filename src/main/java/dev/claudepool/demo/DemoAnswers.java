package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import java.time.Duration;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answers to prompts without a script, made for people who try claude-pool without a key. */
final class DemoAnswers {

    private static final int QUOTED = 120;
    private static final int RESULT = 2000;
    private static final Pattern LIST_FILES =
            Pattern.compile("\\b(list|show|which)\\b.{0,40}\\bfiles\\b", Pattern.CASE_INSENSITIVE);

    private DemoAnswers() {}

    static Reply reply(MessagesRequest request, Duration pace, Tokens tokens) {
        if (request.tools().containsKey("StructuredOutput")) {
            return new Reply.ToolUse(
                    "StructuredOutput", SampleJson.of(request.tools().get("StructuredOutput")), tokens);
        }
        if (request.toolResults().isEmpty()
                && request.tools().containsKey("Bash")
                && LIST_FILES.matcher(request.prompt()).find()) {
            ObjectNode input = JsonNodeFactory.instance
                    .objectNode()
                    .put("command", "ls")
                    .put("description", "List the files of the working directory");
            return new Reply.ToolUse("Bash", input, tokens);
        }
        String text = text(request);
        return new Reply.Text(text, pace.multipliedBy(text.split(" ", -1).length), tokens);
    }

    static String text(MessagesRequest request) {
        if (!request.toolResults().isEmpty()) {
            return "This is a demo answer: no model has read your prompt, but the tool was really used. It said:\n\n"
                    + shortened(request.toolResults().getLast(), RESULT);
        }
        return "Hello! This is a demo answer: no model has read your prompt, and the cost you see is made up. You wrote: \""
                + shortened(request.prompt(), QUOTED)
                + "\". With an API key, the same pool would now let Claude work on it.";
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }
}
