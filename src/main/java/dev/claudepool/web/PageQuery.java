package dev.claudepool.web;

import dev.claudepool.problem.ProblemException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list, for a controller's {@code @Valid @ParameterObject PageQuery}.
 *
 * @param limit how many items to return at most, 1 to 200; 50 when absent
 * @param cursor where to go on: the {@code next} of the page before; the first page when absent
 */
public record PageQuery(
        @Min(1) @Max(200) @Nullable Integer limit, @Nullable String cursor) {

    private static final int DEFAULT_LIMIT = 50;

    /** The number of items wanted, 1 to 200. */
    public int size() {
        return limit == null ? DEFAULT_LIMIT : limit;
    }

    /**
     * The position to go on from.
     *
     * @throws ProblemException {@code validation-failed} when the cursor is not one of {@code parts} parts that we made
     */
    public Optional<Cursor> position(int parts) {
        return Optional.ofNullable(cursor).filter(text -> !text.isEmpty()).map(text -> Cursor.decode(text, parts));
    }

    /**
     * The page that begins with {@code found}, which was asked for one more than {@link #size()}: the surplus item
     * means that there is a next page.
     */
    public <T> Page<T> pageOf(List<T> found, Function<T, Cursor> position) {
        return pageOf(found, size(), position);
    }

    /** The same with no more than the first {@code most} of {@code found}, at least one. */
    public <T> Page<T> pageOf(List<T> found, int most, Function<T, Cursor> position) {
        int length = Math.min(most, size());
        if (found.size() <= length) {
            return new Page<>(found, null);
        }
        List<T> items = found.subList(0, length);
        return new Page<>(items, position.apply(items.getLast()).encode());
    }
}
