package dev.claudepool.claude;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class AnswerTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String[] CHARACTERS = {"a", "\u00e9", "\u4e2d", "\ud83d\ude00"};

    @Test
    void anOutputOfJustTheLimitIsNotCut() {
        Answer answer = answer("\u00e9\u00e9");

        assertThat(answer.cutTo(DataSize.ofBytes(4))).isEqualTo(answer);
    }

    /** The output has characters of 1, 2, 3 and 4 bytes. */
    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "2,1", "3,2", "5,2", "6,3", "7,3", "9,3"})
    void isCutBetweenTwoCharacters(int bytes, int length) {
        String output = String.join("", CHARACTERS);

        Answer cut = answer(output).cutTo(DataSize.ofBytes(bytes));

        assertThat(cut.output()).isEqualTo(output.substring(0, length));
        assertThat(cut.outputTruncated()).isTrue();
    }

    @Test
    void everythingElseStaysAsItIs() {
        Answer answer = answer("a long output");

        assertThat(answer.cutTo(DataSize.ofBytes(1)))
                .isEqualTo(new Answer(
                        "a",
                        true,
                        answer.structuredOutput(),
                        answer.turns(),
                        answer.duration(),
                        answer.model(),
                        answer.permissionDenials()));
    }

    @Test
    void whatIsKeptIsTheLongestValidPrefixWithinTheLimit() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(20), 0, CHARACTERS.length).forEach(i -> text.append(CHARACTERS[i]));
            int most = random.nextInt(1, 40);

            String kept = answer(text.toString()).cutTo(DataSize.ofBytes(most)).output();

            byte[] whole = text.toString().getBytes(StandardCharsets.UTF_8);
            byte[] bytes = kept.getBytes(StandardCharsets.UTF_8);
            assertThat(text.toString()).as("seed %d", seed).startsWith(kept);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(kept))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(bytes.length)
                    .as("seed %d", seed)
                    .isBetween(Math.min(whole.length, most - 3), Math.min(whole.length, most));
        }
    }

    private static Answer answer(String output) {
        return new Answer(
                output,
                false,
                JSON.createObjectNode().put("long", "x".repeat(100)),
                2,
                Duration.ofMillis(812),
                "sonnet",
                JSON.createArrayNode());
    }
}
