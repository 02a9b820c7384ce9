package dev.claudepool.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.template.Reference.PreviousOutput;
import dev.claudepool.template.Reference.StepError;
import dev.claudepool.template.Reference.StepOutput;
import dev.claudepool.template.Reference.StepVar;
import dev.claudepool.template.Reference.Unknown;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    private static final int MEGABYTE = 1 << 20;

    @Test
    void findsEachReferenceOnceInTheOrderOfAppearance() {
        Template template = Template.parse(
                "{steps.a.output} {error} {steps.a.cause} {nothing} {previous_output} {error} {steps.a.output}");

        assertThat(template.references())
                .containsExactly(
                        new StepOutput("a"),
                        new StepError(),
                        new StepVar("a", "cause"),
                        new Unknown("nothing"),
                        new PreviousOutput());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{steps}",
                "{steps.a}",
                "{steps.a.output.b}",
                "{Steps.a.output}",
                "{previous_output.a}",
                "{previous-output}",
                "{error.1}",
                "{_}",
                "{a-}"
            })
    void otherPathsAreUnknown(String text) {
        assertThat(Template.parse(text).references())
                .containsExactly(new Unknown(text.substring(1, text.length() - 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{previous_output}",
                "{error}",
                "{steps.a.output}",
                "{steps.1st-step_.output}",
                "{steps.a.b}",
                "{steps.0.1}",
                "{steps.output.steps}",
                "{no.such}"
            })
    void referencesKnowTheirText(String text) {
        Template template = Template.parse(text);

        assertThat(template.references())
                .singleElement()
                .extracting(Reference::text)
                .isEqualTo(text);
        assertThat(template.render(Reference::text, Integer.MAX_VALUE).orElseThrow())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "{\"a\":{\"b\":1}}",
                "{}",
                "{{}}",
                "{0}",
                "{0.a}",
                "{ x }",
                "{x }",
                "[a]{1,3}",
                "{-a}",
                "{a.}",
                "{.a}",
                "{a..b}",
                "{a.-b}",
                "{a",
                "{a.",
                "a}",
                "{",
                "{{",
                "}}",
                "{ä}",
                "{aä}",
                "{a.٣}",
                "{a\n}",
                "${}"
            })
    void allElseIsTextAsItStands(String text) {
        Template template = Template.parse(text);

        assertThat(template.references()).isEmpty();
        assertThat(template.render(_ -> "value", Integer.MAX_VALUE).orElseThrow())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "{{error}}, {error}",
        "{{steps.a.1}}, {steps.a.1}",
        "{{{error}}}, {{error}}",
        "{{{{error}}}}, {{{error}}}",
        "{{error}}}, {error}}",
        "{{error}, {E",
        "{{{error}, {{E",
        "{error}}, E}",
        "{{error} }, {E }",
        "{{error}}{error}, {error}E",
        "{error}{{error}}, E{error}",
        "{error}{error}, EE",
        "{a{error}, {aE",
        "{{0}}, {{0}}",
        "{{ error }}, {{ error }}",
        "${error}, $E"
    })
    void isReadFromLeftToRightAndEscapedFirst(String text, String rendered) {
        assertThat(Template.parse(text).render(_ -> "E", Integer.MAX_VALUE).orElseThrow())
                .isEqualTo(rendered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{error}", "{{error}}", "$1 ${x} \\1 \\", "{", "}", ""})
    void valuesAreNotLookedInto(String value) {
        assertThat(Template.parse("{{error}|{previous_output}}")
                        .render(_ -> value, Integer.MAX_VALUE)
                        .orElseThrow())
                .isEqualTo("{" + value + "|" + value + "}");
    }

    @Test
    void asksForEachValueOnce() {
        List<Reference> asked = new ArrayList<>();

        String rendered = Template.parse("{error} {x} {error}")
                .render(
                        reference -> {
                            asked.add(reference);
                            return "v" + asked.size();
                        },
                        Integer.MAX_VALUE)
                .orElseThrow();

        assertThat(rendered).isEqualTo("v1 v2 v1");
        assertThat(asked).containsExactly(new StepError(), new Unknown("x"));
    }

    @Test
    void printsNothingOfTheText() {
        assertThat(Template.parse("secret {error}")).hasToString("Template[14 characters]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{{", "}", "{a", "{{a", "{a.", "{{a}", "{a}{", "a.a"})
    @Timeout(20)
    void readsAMegabyteOfAnything(String unit) {
        String text = unit.repeat(MEGABYTE / unit.length());

        assertThat(Template.parse(text)
                        .render(Reference::text, Integer.MAX_VALUE)
                        .orElseThrow())
                .hasSize(text.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{{", "{a}{", "{{a}}{"})
    @Timeout(20)
    void readsAPathOfAMegabyte(String start) {
        String text = start + "a.".repeat(MEGABYTE / 2);

        assertThat(Template.parse(text)
                        .render(Reference::text, Integer.MAX_VALUE)
                        .orElseThrow())
                .endsWith("a.a.");
        assertThat(Template.parse(text + "a}").references()).contains(new Unknown("a.".repeat(MEGABYTE / 2) + "a"));
    }

    @Test
    @Timeout(20)
    void rendersManyReferencesAndALargeValue() {
        int references = 10_000;
        String large = "{x1}$1".repeat(MEGABYTE / 6);
        StringBuilder text = new StringBuilder("{large}");
        for (int i = 0; i < references; i++) {
            text.append("{x").append(i).append("}{x0}");
        }

        Template template = Template.parse(text.toString());

        assertThat(template.references()).hasSize(references + 1);
        assertThat(template.render(reference -> reference.text().equals("{large}") ? large : "12", Integer.MAX_VALUE)
                        .orElseThrow())
                .isEqualTo(large + "1212".repeat(references));
    }

    @Test
    void rendersNothingThatIsLongerThanAllowed() {
        Template template = Template.parse("{error}{error}!");

        assertThat(template.render(_ -> "12345", 11)).hasValue("1234512345!");
        assertThat(template.render(_ -> "12345", 10)).isEmpty();
        assertThat(Template.parse("{error}".repeat(10_000)).render(_ -> "x".repeat(1_000_000), 5_000_000))
                .isEmpty();
    }
}
