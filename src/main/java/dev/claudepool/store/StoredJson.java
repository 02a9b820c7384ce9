package dev.claudepool.store;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of documents in the database: that of the API without nulls, of which a request mostly consists. What a
 * newer version has added is ignored.
 */
public final class StoredJson {

    private StoredJson() {}

    public static JsonMapper mapper(JsonMapper api) {
        return api.rebuild()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(Include.NON_NULL))
                .build();
    }
}
