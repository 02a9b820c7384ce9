package dev.claudepool.store;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of documents in the database: that of the API without nulls, of which a request mostly consists. */
public final class Documents {

    private Documents() {}

    public static JsonMapper mapper(JsonMapper api) {
        return api.rebuild()
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(Include.NON_NULL))
                .build();
    }
}
