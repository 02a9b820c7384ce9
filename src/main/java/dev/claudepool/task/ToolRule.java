package dev.claudepool.task;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule that allows tools, in the notation of {@code --allowedTools}: {@code Read}, {@code Bash(git *)},
 * {@code mcp__server__tool}; and {@code *} for all tools.
 *
 * <p>The CLI splits such a text at commas and spaces outside of parentheses, and takes the first closing parenthesis
 * for the end of them, so that {@code Read(x) Bash(*)} is two rules. A compound command is compared as a whole first.
 * Therefore a rule is held to be narrower than another only where that can be seen from plain characters.
 *
 * @param text the rule
 */
record ToolRule(String text) {

    private static final Pattern ALLOWED =
            Pattern.compile("\\*|mcp__[A-Za-z0-9_-]+\\*?|[A-Za-z][A-Za-z0-9_.:-]*(\\([^()\\p{Cntrl}]{1,500}\\))?");

    /** A rule that the CLI can only read as one. */
    private static final Pattern PLAIN = Pattern.compile("([A-Za-z][A-Za-z0-9_-]*)(\\([^(),\\\\\\p{Cntrl}]+\\))?");

    /** Matches commands without characters that could start a second one. */
    private static final Pattern PLAIN_COMMAND = Pattern.compile("[A-Za-z0-9 _./:=@+-]+");

    private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9 _./@+-]+");
    private static final Set<String> OF_FILES = Set.of("Read", "Edit", "Write", "NotebookEdit", "Glob", "Grep");

    /** Returns whether this can be a limit. */
    boolean isValid() {
        return ALLOWED.matcher(text).matches();
    }

    /** Returns whether this rule surely allows whatever {@code wanted} allows. */
    boolean covers(String wanted) {
        if (text.equals("*") || text.equals(wanted)) {
            return true;
        }
        Matcher plain = PLAIN.matcher(wanted);
        return plain.matches() && covers(plain.group(1), content(plain.group(2)));
    }

    private boolean covers(String tool, String content) {
        if (content.isEmpty() && isServer() && tool.startsWith(serverPrefix())) {
            return true;
        }
        Matcher own = PLAIN.matcher(text);
        if (!own.matches() || !own.group(1).equals(tool)) {
            return false;
        }
        String limit = content(own.group(2));
        if (limit.isEmpty() || limit.equals("*")) {
            return true;
        }
        if (tool.equals("Bash")) {
            return coversCommand(limit, content);
        }
        return OF_FILES.contains(tool) && coversPath(limit, content);
    }

    /** {@code mcp__server} and {@code mcp__server__*} allow all tools of the server. */
    private boolean isServer() {
        return text.matches("mcp__[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*(__\\*)?");
    }

    private String serverPrefix() {
        return text.endsWith("__*") ? text.substring(0, text.length() - 1) : text + "__";
    }

    /** {@code git *} and {@code git:*} allow what begins with "git ", and {@code git*} what begins with "git". */
    private static boolean coversCommand(String limit, String command) {
        if (!limit.endsWith("*")) {
            return false;
        }
        String prefix = limit.endsWith(":*")
                ? limit.substring(0, limit.length() - 2) + " "
                : limit.substring(0, limit.length() - 1);
        String literal = command.replaceFirst(":?\\*$", "");
        return isPlain(PLAIN_COMMAND, prefix) && isPlain(PLAIN_COMMAND, literal) && literal.startsWith(prefix);
    }

    private static boolean coversPath(String limit, String path) {
        if (!limit.endsWith("/**")) {
            return false;
        }
        String prefix = limit.substring(0, limit.length() - 2);
        String literal = path.replaceFirst("/\\*\\*?$", "/");
        return isPlain(PLAIN_PATH, prefix)
                && isPlain(PLAIN_PATH, literal)
                && literal.startsWith(prefix)
                && !literal.contains("..");
    }

    private static boolean isPlain(Pattern pattern, String text) {
        return pattern.matcher(text).matches();
    }

    /** Returns what stands in the parentheses; empty where there are none. */
    private static String content(@Nullable String group) {
        return group == null ? "" : group.substring(1, group.length() - 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
