package dev.claudepool.claude;

/**
 * The prompt of a turn.
 *
 * @param text the prompt; never printed
 * @param slashCommands whether a text such as {@code /review} is a command to run; else it is passed on literally
 */
public record Prompt(String text, boolean slashCommands) {

    @Override
    public String toString() {
        return "Prompt[" + text.length() + " characters]";
    }
}
