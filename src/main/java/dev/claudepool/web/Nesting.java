package dev.claudepool.web;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** How deep the JSON documents of others may be nested, so that whatever holds them can still be written and read. */
public final class Nesting {

    /** Arrays and objects within each other. */
    public static final int MOST_LEVELS = 100;

    private Nesting() {}

    /** Returns whether an array or object has more than {@link #MOST_LEVELS} levels. */
    public static boolean isTooDeep(JsonNode document) {
        List<JsonNode> level = List.of(document);
        for (int depth = 0; depth < MOST_LEVELS && !level.isEmpty(); depth++) {
            level = level.stream()
                    .flatMap(JsonNode::valueStream)
                    .filter(JsonNode::isContainer)
                    .toList();
        }
        return !level.isEmpty();
    }
}
