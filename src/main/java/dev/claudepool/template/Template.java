package dev.claudepool.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The text of a step's prompt, with references. Immutable.
 *
 * <pre>
 * template  = *( escaped / reference / character )
 * escaped   = "{{" path "}}"  ; stands for the text "{" path "}", as it is
 * reference = "{" path "}"
 * path      = first *( "." name )
 * first     = ( letter / "_" ) *( letter / digit / "_" / "-" )          ; ASCII
 * name      = ( letter / digit / "_" ) *( letter / digit / "_" / "-" )  ; ASCII
 * </pre>
 *
 * <p>It is read from left to right, and the first alternative that fits is taken: <code>{{{error}}}</code> stands for
 * <code>{{error}}</code>. All else is text as it stands, such as {@code {"a":{"b":1}}}, {@code {}}, {@code {0}} or
 * {@code { x }}.
 */
public final class Template {

    private static final int NONE = -1;

    private final int length;
    /** The text before each of the uses, and the text after the last one. */
    private final List<String> texts;

    private final List<Reference> uses;

    private Template(int length, List<String> texts, List<Reference> uses) {
        this.length = length;
        this.texts = List.copyOf(texts);
        this.uses = List.copyOf(uses);
    }

    public static Template parse(String text) {
        List<String> texts = new ArrayList<>();
        List<Reference> uses = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            if (open < 0) {
                break;
            }
            literal.append(text, at, open);
            int escapedEnd = text.startsWith("{{", open) ? endOfPath(text, open + 2) : NONE;
            int end = endOfPath(text, open + 1);
            if (escapedEnd != NONE && text.startsWith("}}", escapedEnd)) {
                literal.append(text, open + 1, escapedEnd + 1);
                at = escapedEnd + 2;
            } else if (end != NONE && text.startsWith("}", end)) {
                texts.add(literal.toString());
                literal.setLength(0);
                uses.add(Reference.of(text.substring(open + 1, end)));
                at = end + 1;
            } else {
                literal.append('{');
                at = open + 1;
            }
        }
        texts.add(literal.append(text, at, text.length()).toString());
        return new Template(text.length(), texts, uses);
    }

    /** Returns what the text refers to, in the order of first appearance. */
    public List<Reference> references() {
        return uses.stream().distinct().toList();
    }

    /**
     * The text with a value in the place of each reference; each is asked for once, and not looked into.
     *
     * @return empty when it would have more than {@code longest} characters
     */
    public Optional<String> render(Function<Reference, String> values, int longest) {
        Map<Reference, String> known = new HashMap<>();
        StringBuilder rendered = new StringBuilder(texts.getFirst());
        for (int i = 0; i < uses.size() && rendered.length() <= longest; i++) {
            rendered.append(known.computeIfAbsent(uses.get(i), values)).append(texts.get(i + 1));
        }
        return rendered.length() <= longest ? Optional.of(rendered.toString()) : Optional.empty();
    }

    /** Returns where the longest path that begins at {@code start} ends; {@link #NONE} when none does. */
    private static int endOfPath(String text, int start) {
        int at = start;
        while (at < text.length() && (at == start ? isFirst(text.charAt(at)) : isLater(text.charAt(at)))) {
            while (at < text.length() && isInner(text.charAt(at))) {
                at++;
            }
            if (!text.startsWith(".", at)) {
                return at;
            }
            at++;
        }
        return NONE;
    }

    private static boolean isFirst(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isLater(char c) {
        return isFirst(c) || (c >= '0' && c <= '9');
    }

    private static boolean isInner(char c) {
        return isLater(c) || c == '-';
    }

    @Override
    public String toString() {
        return "Template[" + length + " characters]";
    }
}
