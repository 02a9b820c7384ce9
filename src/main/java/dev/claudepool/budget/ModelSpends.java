package dev.claudepool.budget;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Spend by model, as it is stored. */
public final class ModelSpends {

    private static final TypeReference<Map<String, ModelSpend>> TYPE = new TypeReference<>() {};

    private ModelSpends() {}

    /** Null stands for none. */
    public static @Nullable String print(JsonMapper json, Map<String, ModelSpend> models) {
        return models.isEmpty() ? null : json.writeValueAsString(models);
    }

    public static Map<String, ModelSpend> parse(JsonMapper json, @Nullable String text) {
        return text == null ? Map.of() : json.readValue(text, TYPE);
    }
}
