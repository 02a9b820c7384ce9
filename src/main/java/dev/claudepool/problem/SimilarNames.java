package dev.claudepool.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
public final class SimilarNames {

    private static final int LONGEST = 100;

    private SimilarNames() {}

    /**
     * Returns the known name that is most similar to {@code name}; among equals, the first by alphabet.
     *
     * @param mostEdits the most letters that may be added, dropped or changed (Levenshtein distance)
     */
    public static Optional<String> nearest(String name, Collection<String> known, int mostEdits) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= mostEdits)
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int change = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(change, 1 + Math.min(row[column - 1], diagonal));
            }
        }
        return row[to.length()];
    }
}
