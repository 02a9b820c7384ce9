package dev.claudepool.task;

import java.text.Normalizer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Words by which texts are searched, the same with every database engine: runs of letters and digits in lower case,
 * without accents.
 */
public final class Words {

    /** Of longer texts only the beginning is searched, in UTF-16 units. */
    private static final int LONGEST_TEXT = 10_000;

    /** Longer words are cut, in UTF-16 units. */
    private static final int LONGEST_WORD = 100;

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern OTHERS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Words() {}

    /** Returns the different words of these texts. */
    public static Collection<String> of(@Nullable String... texts) {
        Collection<String> words = new LinkedHashSet<>();
        Stream.of(texts).filter(text -> text != null).flatMap(Words::split).forEach(words::add);
        return words;
    }

    private static Stream<String> split(String text) {
        String beginning = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
        String plain = MARKS.matcher(Normalizer.normalize(beginning, Normalizer.Form.NFKD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
        return OTHERS.splitAsStream(plain)
                .filter(word -> !word.isEmpty())
                .map(word -> word.substring(0, Math.min(word.length(), LONGEST_WORD)));
    }
}
