package dev.claudepool.web;

import dev.claudepool.problem.ProblemException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON that is not a request's body as it came, with the same explanations of what is wrong. Thread-safe. */
@Component
public class JsonBodies {

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
     * {@code before} with the members that {@code patch} names: null takes one away (RFC 7396), an object goes into the
     * object that is there, and anything else replaces it. Objects further down are replaced as a whole.
     *
     * @throws ProblemException {@code validation-failed}, when the outcome is no {@code T}
     */
    public <T> T patched(T before, ObjectNode patch, Class<T> type) {
        ObjectNode merged = json.valueToTree(before);
        patch.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (value instanceof ObjectNode changes && merged.get(member.getKey()) instanceof ObjectNode there) {
                there.setAll(changes);
            } else {
                merged.set(member.getKey(), value);
            }
        });
        return read(merged, type);
    }
}
