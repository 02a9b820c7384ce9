package dev.claudepool.web;

import tools.jackson.databind.json.JsonMapper;

/** The JSON of the API without an application. */
public final class ApiJson {

    private ApiJson() {}

    public static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder();
        JsonConfiguration.customize(builder);
        return builder.build();
    }
}
