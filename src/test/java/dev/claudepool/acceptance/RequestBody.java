package dev.claudepool.acceptance;

import java.util.LinkedHashMap;

/** A task, or a step of a chain, as a client sends it. */
final class RequestBody extends LinkedHashMap<String, Object> {

    private static final long serialVersionUID = 1L;

    static RequestBody task(String prompt) {
        return new RequestBody().with("prompt", prompt);
    }

    static RequestBody step(String name, String prompt) {
        return new RequestBody().with("name", name).with("prompt", prompt);
    }

    /** Sets a field, under its name in the API. */
    RequestBody with(String field, Object value) {
        put(field, value);
        return this;
    }
}
