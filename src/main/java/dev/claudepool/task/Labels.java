package dev.claudepool.task;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client calls its work; it changes nothing about how the work is carried out. Immutable.
 *
 * @param name a name for people, which need not be unique
 * @param tags labels to find the work by, and to sum up its cost by
 * @param metadata pairs that mean something to the client: keys as those of tags, values of at most 500 characters
 */
public record Labels(
        @Schema(maxLength = LabelRules.LONGEST_NAME) @Nullable
        String name,

        @ArraySchema(maxItems = LabelRules.MOST_TAGS, schema = @Schema(pattern = LabelRules.LABEL_PATTERN))
        List<String> tags,

        @Schema(maxProperties = LabelRules.MOST_PAIRS) Map<String, String> metadata) {

    public static final Labels NONE = new Labels(null, List.of(), Map.of());

    /**
     * Fills in what JSON left out.
     *
     * @throws ProblemException when a list holds null
     */
    @SuppressWarnings("ConstantValue")
    public Labels {
        tags = FieldRules.listOf(tags, "tags");
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Returns a copy with the tags that this one lacks. */
    public Labels withTags(List<String> moreTags) {
        return tags.containsAll(moreTags)
                ? this
                : new Labels(
                        name,
                        Stream.concat(tags.stream(), moreTags.stream())
                                .distinct()
                                .toList(),
                        metadata);
    }

    /** Leaves out the metadata, which may hold secrets. */
    @Override
    public String toString() {
        return "Labels[name=" + name + ", tags=" + tags + "]";
    }
}
