package dev.claudepool.demo;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The grammar of the directives. */
class ScriptTest {

    @Test
    void directivesStandAnywhereAndInOrder() {
        assertThat(Script.in("Do [[echo:a b]] this, [[slow:300]]\n[[recall]][[hang]] [[large:9]]")
                        .directives())
                .containsExactly(
                        new Echo("a b"),
                        new Slow(Duration.ofMillis(300)),
                        new Recall(),
                        new Hang(Directive.Times.ALWAYS),
                        new Large(9));
    }

    @Test
    void whatLooksLikeADirectiveAndIsNoneIsLeftAlone() {
        assertThat(Script.in("[[1,2],[3]] [[unknown]] [[slow:soon]] [[echo:no end [[large:x]] [[tool:Bash {broken]]")
                        .directives())
                .containsExactly(new Echo("no end [[large:x"));
    }

    @Test
    void aTextMayEndWithBrackets() {
        assertThat(Script.in("[[echo:[1,[2]]]] [[echo:b]]").directives())
                .containsExactly(new Echo("[1,[2]]"), new Echo("b"));
    }

    @Test
    void theInputOfAToolIsJsonThatMayHoldBrackets() {
        ObjectNode input = (ObjectNode) TestingClient.JSON.readTree("{\"a\":[[1]],\"b\":\"]]\"}");

        assertThat(Script.in("[[tool:Bash {\"a\":[[1]],\"b\":\"]]\"}]] [[schema {\"a\":[[1]],\"b\":\"]]\"}]]")
                        .directives())
                .containsExactly(new UseTool("Bash", input), new UseTool("StructuredOutput", input));
    }

    @Test
    void tokensThatAreLeftOutAreNone() {
        assertThat(Script.in("[[tokens:7,8]][[tokens:1, 2, 3, 4]]").directives())
                .containsExactly(new Charge(new Tokens(7, 8, 0, 0)), new Charge(new Tokens(1, 2, 3, 4)));
    }

    @Test
    void faultsTakeOptions() {
        assertThat(Script.in("[[error:400]][[error:429,times=2,retry-after=1]][[drop]][[drop:times=3,per=session]]")
                        .directives())
                .containsExactly(
                        new Refuse(400, Times.ALWAYS, null),
                        new Refuse(429, new Times(2, false), Duration.ofSeconds(1)),
                        new BreakOff(Times.ALWAYS),
                        new BreakOff(new Times(3, true)));
    }
}
