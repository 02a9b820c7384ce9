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
import dev.claudepool.demo.Directive.UseTool;
import java.time.Duration;
import java.util.List;

/** Decides what is answered: by the script in the prompt, else as a friendly demo. Thread-safe. */
final class Director {

    private static final Tokens USUAL = new Tokens(100, 20, 0, 0);
    private static final Tokens SIDE = new Tokens(10, 2, 0, 0);
    private static final String FILLER = "The quick brown fox jumps over the lazy dog. ";

    private final FaultCounts faults = new FaultCounts();
    private final Duration pace;

    /** @param pace time for each word of an answer that no script shapes */
    Director(Duration pace) {
        this.pace = pace;
    }

    Reply reply(MessagesRequest request) {
        if (!request.mainLoop()) {
            return new Reply.Text("ok", Duration.ZERO, SIDE);
        }
        Script script = Script.in(request.prompt());
        List<Charge> charges = script.all(Charge.class);
        Tokens tokens = charges.isEmpty() ? USUAL : charges.getLast().tokens();
        for (Refuse refuse : script.all(Refuse.class)) {
            if (faults.strikes(request, refuse, refuse.times())) {
                return new Reply.Refusal(refuse.status(), refuse.retryAfter());
            }
        }
        for (BreakOff breakOff : script.all(BreakOff.class)) {
            if (faults.strikes(request, breakOff, breakOff.times())) {
                return new Reply.Half("This answer breaks off in the middle of", tokens);
            }
        }
        return script.directives().isEmpty()
                ? DemoAnswers.reply(request, pace, tokens)
                : scripted(request, script, tokens);
    }

    private Reply scripted(MessagesRequest request, Script script, Tokens tokens) {
        List<UseTool> tools = script.all(UseTool.class);
        int used = request.toolResults().size();
        if (used < tools.size()) {
            return new Reply.ToolUse(tools.get(used).name(), tools.get(used).input(), tokens);
        }
        if (script.all(Hang.class).stream().anyMatch(hang -> faults.strikes(request, hang, hang.times()))) {
            return new Reply.Silence(tokens);
        }
        Duration over = script.all(Slow.class).stream().map(Slow::over).reduce(Duration.ZERO, Duration::plus);
        return new Reply.Text(text(request, script), over, tokens);
    }

    private static String text(MessagesRequest request, Script script) {
        StringBuilder text = new StringBuilder();
        for (Directive directive : script.directives()) {
            switch (directive) {
                case Echo(String echo) -> text.append(echo);
                case Large(int bytes) ->
                    text.repeat(FILLER, bytes / FILLER.length()).append(FILLER, 0, bytes % FILLER.length());
                case Recall() -> {
                    List<String> said = request.userTexts();
                    text.append(String.join("\n", said.subList(0, said.size() - 1)));
                }
                default -> {}
            }
        }
        return text.isEmpty() ? DemoAnswers.text(request) : text.toString();
    }
}
