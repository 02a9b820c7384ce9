package dev.claudepool.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolRuleTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *                  | Bash
                    *                  | Read(x) Bash(rm *)
                    Read               | Read
                    Read               | Read(src/**)
                    Bash               | Bash(git log *)
                    Bash(*)            | Bash
                    Bash(git *)        | Bash(git *)
                    Bash(git *)        | Bash(git log *)
                    Bash(git *)        | Bash(git log:*)
                    Bash(git *)        | Bash(git log --oneline)
                    Bash(git:*)        | Bash(git status)
                    Bash(git*)         | Bash(gitk)
                    Bash(npm run *)    | Bash(npm run test:unit)
                    Read(src/**)       | Read(src/main/**)
                    Read(//srv/data/**)| Read(//srv/data/a/b.txt)
                    mcp__words         | mcp__words__word
                    mcp__words__*      | mcp__words__word
                    Read(a,b) Bash(x)  | Read(a,b) Bash(x)
                    """)
    void coversWhatIsEqualOrPlainlyNarrower(String allowed, String wanted) {
        assertThat(new ToolRule(allowed).covers(wanted)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Read               | Bash
                    Read               | read
                    Read               | ReadMcpResource
                    Read               | Read(x) Bash(rm *)
                    Read               | Read(x),Bash
                    Read(src/**)       | Read
                    Read(src/**)       | Read(src/../../**)
                    Read(src/**)       | Read(srcs/**)
                    Read(src/**)       | Edit(src/main/**)
                    Read(src/*)        | Read(src/a)
                    Bash(git *)        | Bash
                    Bash(git *)        | Bash(*)
                    Bash(git *)        | Bash(git*)
                    Bash(git *)        | Bash(gitk *)
                    Bash(git *)        | Bash(g*)
                    Bash(git *)        | Bash( git *)
                    Bash(git *)        | Bash(git log && rm -rf *)
                    Bash(git *)        | Bash(git log; rm *)
                    Bash(git *)        | Bash(git log | sh)
                    Bash(git *)        | Bash(git log > x)
                    Bash(git *)        | Bash(git $HOME *)
                    Bash(git *)        | Bash(git `id`)
                    Bash(git *)        | Bash(git log) Bash(*)
                    Bash(git *)        | Bash(git log, rm *)
                    Bash(git *)        | Bash(git * push)
                    Bash(git *)        | Bash(git log \\*)
                    Bash(git status)   | Bash(git status *)
                    Bash(git * main)   | Bash(git push main)
                    WebFetch(domain:*) | WebFetch(domain:example.org)
                    mcp__words__word   | mcp__words__words
                    mcp__words__*      | mcp__words
                    mcp__words__*      | mcp__wordsmith__word
                    mcp__words         | mcp__wordsmith__word
                    mcp__words__*      | mcp__words__word(x) Bash
                    """)
    void doesNotCoverWhatCannotBeProvenNarrower(String allowed, String wanted) {
        assertThat(new ToolRule(allowed).covers(wanted)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bash(git log\nrm *)", "Bash(git log\trm *)", "Bash(git log\u2028rm *)"})
    void doesNotCoverOtherWhiteSpace(String wanted) {
        assertThat(new ToolRule("Bash(git *)").covers(wanted)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "Read", "Bash(git *)", "mcp__words", "mcp__words__*"})
    void isALimit(String rule) {
        assertThat(new ToolRule(rule).isValid()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Re*", "--x", "Bash(a) Bash(b)", "Bash(", "Bash(\n)"})
    void isNoLimit(String rule) {
        assertThat(new ToolRule(rule).isValid()).isFalse();
    }
}
