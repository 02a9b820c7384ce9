package dev.claudepool.demo;

import dev.claudepool.budget.Tokens;
import dev.claudepool.demo.Directive.BreakOff;
import dev.claudepool.demo.Directive.Charge;
import dev.claudepool.demo.Directive.Echo;
import dev.claudepool.demo.Directive.Hang;
import dev.claudepool.demo.Directive.Large;
import dev.claudepool.demo.Directive.Recall;
import dev.claudepool.demo.Directive.Refuse;
import dev.claudepool.demo.Directive.Slow;
import dev.claudepool.demo.Directive.Times;
import dev.claudepool.demo.Directive.UseTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a prompt tells the stand-in to do. Directives may stand anywhere in the prompt, in any number and combination;
 * what looks like one and is none is left alone.
 *
 * <pre>
 * [[echo:TEXT]]                        answer TEXT (several, large and recall are joined in their order)
 * [[recall]]                           answer with the earlier user texts of the session, one a line
 * [[large:BYTES]]                      answer with so many ASCII characters
 * [[slow:MILLIS]]                      spread the answer over that time, word by word
 * [[hang]], [[hang:times=N,per=session]]  begin the answer, then nothing until the client goes
 * [[tokens:IN,OUT,CACHEREAD,CACHEWRITE]]  usage of each request of the turn (right ones may be left out: 0)
 * [[tool:NAME {JSON}]]                 use the tool first; several are used one after the other
 * [[schema {JSON}]]                    short for [[tool:StructuredOutput {JSON}]]
 * [[error:STATUS]]                     refuse every request with this HTTP status
 * [[error:STATUS,times=N,retry-after=SECONDS,per=session]]
 * [[drop]], [[drop:times=N,per=session]]  break the connection in the middle of the answer
 * </pre>
 *
 * <p>The CLI asks again by itself: after 429, 500 and 529 for minutes, after 400 and 422 five times with fewer features
 * switched on; 413 fails its turn at once, with one request.
 *
 * <p>{@code times} counts the requests with this very prompt (so a task that is tried again goes on counting); with
 * {@code per=session}, each session counts for itself. Faults come before tools, tools before the answer: {@code slow}
 * and {@code hang} shape the answer after the last tool. TEXT ends at the first {@code ]]}, or at the last of a longer
 * run of brackets, so it may be a JSON array.
 */
record Script(List<Directive> directives) {

    private static final String OPEN = "[[";
    private static final String CLOSE = "]]";
    private static final ObjectReader OBJECT =
            new JsonMapper().readerFor(ObjectNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static Script in(String prompt) {
        List<Directive> found = new ArrayList<>();
        int at = prompt.indexOf(OPEN);
        while (at >= 0) {
            int next = at + OPEN.length();
            for (int end = prompt.indexOf(CLOSE, next); end >= 0; end = prompt.indexOf(CLOSE, end + 1)) {
                int last = endOfRun(prompt, end);
                String body = prompt.substring(next, last);
                Directive directive = directive(body);
                if (directive != null) {
                    found.add(directive);
                    next = last + CLOSE.length();
                    break;
                }
                if (!takesJson(body)) {
                    break;
                }
            }
            at = prompt.indexOf(OPEN, next);
        }
        return new Script(List.copyOf(found));
    }

    <T extends Directive> List<T> all(Class<T> kind) {
        return directives.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static int endOfRun(String prompt, int end) {
        int last = end;
        while (prompt.startsWith(CLOSE, last + 1)) {
            last++;
        }
        return last;
    }

    private static boolean takesJson(String body) {
        return body.startsWith("tool:") || body.startsWith("schema ");
    }

    private static @Nullable Directive directive(String body) {
        int colon = body.indexOf(':');
        String name = colon < 0 || body.startsWith("schema ") ? body : body.substring(0, colon);
        String argument = name.length() == body.length() ? "" : body.substring(colon + 1);
        try {
            return switch (name) {
                case "echo" -> new Echo(argument);
                case "recall" -> new Recall();
                case "hang" -> new Hang(times(options(argument)));
                case "large" -> new Large(Integer.parseInt(argument.strip()));
                case "slow" -> new Slow(Duration.ofMillis(Long.parseLong(argument.strip())));
                case "tokens" -> new Charge(tokens(argument));
                case "tool" -> tool(argument.strip());
                case "error" -> refuse(argument);
                case "drop" -> new BreakOff(times(options(argument)));
                default -> body.startsWith("schema ") ? tool("StructuredOutput" + body.substring(6)) : null;
            };
        } catch (NumberFormatException | JacksonException e) {
            return null;
        }
    }

    private static @Nullable Directive tool(String argument) {
        int space = argument.indexOf(' ');
        return space < 0
                ? null
                : new UseTool(argument.substring(0, space), OBJECT.readValue(argument.substring(space + 1)));
    }

    private static Directive refuse(String argument) {
        int comma = argument.indexOf(',');
        Map<String, String> options = options(comma < 0 ? "" : argument.substring(comma + 1));
        String retryAfter = options.get("retry-after");
        int status = Integer.parseInt(comma < 0 ? argument : argument.substring(0, comma));
        return new Refuse(
                status, times(options), retryAfter == null ? null : Duration.ofSeconds(Long.parseLong(retryAfter)));
    }

    private static Times times(Map<String, String> options) {
        String times = options.get("times");
        return times == null ? Times.ALWAYS : new Times(Integer.parseInt(times), "session".equals(options.get("per")));
    }

    private static Map<String, String> options(String list) {
        Map<String, String> options = new HashMap<>();
        for (String option : list.split(",", -1)) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                options.put(
                        option.substring(0, equals).strip(),
                        option.substring(equals + 1).strip());
            }
        }
        return options;
    }

    private static Tokens tokens(String list) {
        long[] counts = Arrays.copyOf(
                Arrays.stream(list.split(",", -1))
                        .map(String::strip)
                        .mapToLong(Long::parseLong)
                        .toArray(),
                4);
        return new Tokens(counts[0], counts[1], counts[2], counts[3]);
    }
}
