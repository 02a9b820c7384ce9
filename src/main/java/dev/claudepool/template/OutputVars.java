package dev.claudepool.template;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes values out of an answer by paths. Thread-safe.
 *
 * <pre>
 * path  = ( name / index ) *( "." name / index )  ; at most 500 characters: result.cause, items[0].name, [1].x
 * name  = 1*( any character but ".", "[", "]" and control characters )
 * index = "[" 1*digit "]"
 * </pre>
 *
 * <p>A name finds the member of an object, and a name of digits also the element of an array; an index finds elements
 * alone. The first of these is looked into: the structured output; the whole output, when it is a JSON object or array;
 * the first code fence in it that holds one.
 */
@Component
public class OutputVars {

    private static final int LONGEST_PATH = 500;
    private static final int LONGEST_INDEX = 9;

    private static final String NAME = "[^.\\[\\]\\p{Cntrl}]++";
    private static final String INDEX = "\\[[0-9]++]";
    private static final Pattern PATH = Pattern.compile("(?:%1$s|%2$s)(?:\\.%1$s|%2$s)*+".formatted(NAME, INDEX));
    private static final Pattern PART = Pattern.compile("\\[(?<index>[0-9]++)]|(?<name>" + NAME + ")");
    private static final Pattern DIGITS = Pattern.compile("[0-9]++");

    private final ObjectReader reader;

    public OutputVars(JsonMapper json) {
        this.reader = json.readerFor(JsonNode.class)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }

    /** Returns whether a text is a path. */
    public static boolean isPath(String text) {
        return text.length() <= LONGEST_PATH && PATH.matcher(text).matches();
    }

    /**
     * Takes a value for each variable, in their order: strings as they are, all else as compact JSON.
     *
     * @param structured the answer by a schema, if there is one
     * @param paths where the value of each variable is
     */
    public Result of(String output, @Nullable JsonNode structured, Map<String, String> paths) {
        if (paths.isEmpty()) {
            return new Found(new LinkedHashMap<>());
        }
        return document(output, structured)
                .map(document -> in(document, paths))
                .orElseGet(() -> new Missing(
                        "The output is not JSON, so the output " + named(paths.keySet()) + " cannot be taken from it"));
    }

    private static Result in(JsonNode document, Map<String, String> paths) {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        SequencedMap<String, String> missing = new LinkedHashMap<>();
        paths.forEach((variable, path) -> at(document, path)
                .ifPresentOrElse(value -> values.put(variable, text(value)), () -> missing.put(variable, path)));
        return missing.isEmpty()
                ? new Found(values)
                : new Missing("The output has nothing at " + list(missing.values()) + ", for the output "
                        + named(missing.keySet()));
    }

    private Optional<JsonNode> document(String output, @Nullable JsonNode structured) {
        if (structured != null && !structured.isNull()) {
            return Optional.of(structured);
        }
        return container(output).or(() -> fenced(output));
    }

    private Optional<JsonNode> fenced(String output) {
        StringBuilder content = new StringBuilder();
        Optional<Fence> fence = Optional.empty();
        for (String line : output.lines().toList()) {
            if (fence.isEmpty()) {
                fence = Fence.openedBy(line);
                content.setLength(0);
            } else if (fence.get().isClosedBy(line)) {
                fence = Optional.empty();
                Optional<JsonNode> document = container(content.toString());
                if (document.isPresent()) {
                    return document;
                }
            } else {
                content.append(line).append('\n');
            }
        }
        return fence.isEmpty() ? Optional.empty() : container(content.toString());
    }

    /** The JSON object or array that a text is. */
    private Optional<JsonNode> container(String text) {
        String json = text.strip();
        if (!json.startsWith("{") && !json.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.readValue(json));
        } catch (JacksonException | NumberFormatException e) { // the latter for 1e99999999999
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> at(JsonNode document, String path) {
        Optional<JsonNode> found = isPath(path) ? Optional.of(document) : Optional.empty();
        Matcher part = PART.matcher(path);
        while (found.isPresent() && part.find()) {
            String index = part.group("index");
            found = index == null ? member(found.get(), part.group("name")) : element(found.get(), index);
        }
        return found;
    }

    private static Optional<JsonNode> member(JsonNode node, String name) {
        return node.isArray() && DIGITS.matcher(name).matches() ? element(node, name) : node.optional(name);
    }

    private static Optional<JsonNode> element(JsonNode node, String index) {
        return index.length() > LONGEST_INDEX ? Optional.empty() : node.optional(Integer.parseInt(index));
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    /** {@code variable 'a'}, or {@code variables 'a' and 'b'}. */
    private static String named(Collection<String> variables) {
        List<String> quoted =
                variables.stream().map(variable -> "'" + variable + "'").toList();
        return (quoted.size() == 1 ? "variable " : "variables ") + list(quoted);
    }

    private static String list(Collection<String> items) {
        List<String> all = new ArrayList<>(items);
        String last = all.removeLast();
        return all.isEmpty() ? last : all.stream().collect(joining(", ", "", " and " + last));
    }

    /** The result of taking the values. */
    public sealed interface Result {}

    /** All values, in the order of their variables. */
    public record Found(Map<String, String> values) implements Result {

        public Found {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        @Override
        public String toString() {
            return "Found" + values.keySet();
        }
    }

    /** At least one value is missing; the message says which, and quotes nothing of the output. */
    public record Missing(String message) implements Result {}

    /** The line that opens a code fence: at least three of a mark, and on the line that closes it at least as many. */
    private record Fence(char mark, int length) {

        private static final int SHORTEST = 3;

        static Optional<Fence> openedBy(String line) {
            String text = line.strip();
            if (!text.startsWith("`") && !text.startsWith("~")) {
                return Optional.empty();
            }
            Fence fence = new Fence(text.charAt(0), marks(text, text.charAt(0)));
            boolean inline = fence.mark == '`' && text.indexOf('`', fence.length) >= 0;
            return fence.length < SHORTEST || inline ? Optional.empty() : Optional.of(fence);
        }

        boolean isClosedBy(String line) {
            String text = line.strip();
            int marks = marks(text, mark);
            return marks >= length && marks == text.length();
        }

        private static int marks(String text, char mark) {
            int end = 0;
            while (end < text.length() && text.charAt(end) == mark) {
                end++;
            }
            return end;
        }
    }
}
