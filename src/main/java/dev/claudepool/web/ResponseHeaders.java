package dev.claudepool.web;

import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/** The headers of answers, as the description of the API has them; controllers refer to them. */
public final class ResponseHeaders {

    private static final String COMPONENTS = "#/components/headers/";
    private static final String OPTIONAL = "OptionalLocation";

    /** The reference to the {@code Location} of an answer that always has one. */
    public static final String LOCATION = COMPONENTS + HttpHeaders.LOCATION;

    /** The reference to the {@code Location} of an answer that may have one. */
    public static final String OPTIONAL_LOCATION = COMPONENTS + OPTIONAL;

    /** The number of the newest event before what the answer shows was read. */
    public static final String EVENT_SEQ = "Event-Seq";

    /** The reference to {@link #EVENT_SEQ}. */
    public static final String EVENT_SEQ_COMPONENT = COMPONENTS + EVENT_SEQ;

    private ResponseHeaders() {}

    static Map<String, Header> all() {
        Map<String, Header> headers = new LinkedHashMap<>();
        headers.put(
                HttpHeaders.LOCATION,
                header("Where the task, chain or fan-out is found", new StringSchema().format("uri-reference"))
                        .required(true));
        headers.put(
                OPTIONAL,
                header(
                        "Where the task, chain or fan-out is found, if it is about one",
                        new StringSchema().format("uri-reference")));
        headers.put(
                HttpHeaders.RETRY_AFTER,
                header(
                        "After how many seconds it may be worth another try, where that is known",
                        new IntegerSchema().minimum(BigDecimal.ONE)));
        headers.put(
                EVENT_SEQ,
                header(
                        "The number of the newest event before this was read: a subscription after it misses no change",
                        new IntegerSchema().format("int64").minimum(BigDecimal.ZERO)));
        headers.put(HttpHeaders.WWW_AUTHENTICATE, header("How to authenticate (RFC 6750)", new StringSchema()));
        return headers;
    }

    /** The headers that a problem with this status may have. */
    static Map<String, Header> ofProblem(String status) {
        return switch (status) {
            case "401", "403" -> refer(HttpHeaders.WWW_AUTHENTICATE, HttpHeaders.WWW_AUTHENTICATE);
            case "402" -> {
                Map<String, Header> both = refer(HttpHeaders.LOCATION, OPTIONAL);
                both.putAll(refer(HttpHeaders.RETRY_AFTER, HttpHeaders.RETRY_AFTER));
                yield both;
            }
            case "409", "502", "504" -> refer(HttpHeaders.LOCATION, OPTIONAL);
            case "429", "503" -> refer(HttpHeaders.RETRY_AFTER, HttpHeaders.RETRY_AFTER);
            default -> Map.of();
        };
    }

    private static Map<String, Header> refer(String name, String component) {
        return new LinkedHashMap<>(Map.of(name, new Header().$ref(COMPONENTS + component)));
    }

    private static Header header(String description, Schema<?> schema) {
        return new Header().description(description).schema(schema);
    }
}
