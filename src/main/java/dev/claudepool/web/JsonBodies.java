package dev.claudepool.web;

import dev.claudepool.problem.ProblemException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON that is not a request's body as it came, with the same explanations of what is wrong. Thread-safe. */
@Component
public class JsonBodies {

    /** The media type of a merge patch (RFC 7396). */
    public static final String MERGE_PATCH = "application/merge-patch+json";

    private final JsonMapper json;
    private final UnreadableBody unreadable;

    JsonBodies(JsonMapper json) {
        this.json = json;
        this.unreadable = new UnreadableBody(new TypeDescriptions(json));
    }

    /** @throws ProblemException {@code validation-failed}, when it is no {@code T} */
    public <T> T read(JsonNode body, Class<T> type) {
        try {
            return json.treeToValue(body, type);
        } catch (JacksonException e) {
            throw unreadable.explain(e);
        }
    }

    /**
     * Returns {@code before} after the merge patch {@code patch} (RFC 7396): null removes a member, an object is merged
     * into the object that is there, and anything else replaces the member.
     *
     * @throws ProblemException {@code validation-failed}, when the outcome is no {@code T}
     */
    public <T> T patched(T before, ObjectNode patch, Class<T> type) {
        ObjectNode merged = json.valueToTree(before);
        merge(patch, merged);
        return read(merged, type);
    }

    private static void merge(ObjectNode patch, ObjectNode target) {
        patch.properties().forEach(member -> {
            String name = member.getKey();
            switch (member.getValue()) {
                case NullNode _ -> target.remove(name);
                case ObjectNode changes -> {
                    ObjectNode before = target.get(name) instanceof ObjectNode there ? there : target.putObject(name);
                    merge(changes, before);
                }
                default -> target.set(name, member.getValue());
            }
        });
    }
}
