package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.claudepool.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The committed {@code openapi.yaml}, with which the tests compare every answer: its status and media type must be
 * described, its JSON must fit the schema, and have no member that is not described. Thread-safe.
 */
final class ApiDescription {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(2_000)
                            .build())
                    .build())
            .build();
    private static final List<String> HEADERS = List.of("Location", "Retry-After", "Event-Seq", "WWW-Authenticate");
    private static final String ADDRESS = "urn:openapi";
    private static final ApiDescription COMMITTED = new ApiDescription(Path.of("openapi.yaml"));

    private final JsonNode document;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private ApiDescription(Path file) {
        this.document = read(file);
        this.document.at("/components/schemas").forEach(ApiDescription::close);
        String text = JSON.writeValueAsString(document);
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(ADDRESS, text)));
    }

    static ApiDescription committed() {
        return COMMITTED;
    }

    /** Fails when the answer is not as the committed description says. */
    static void verify(HttpRequest request, HttpResponse<String> response) {
        verify(
                request.method(),
                request.uri().getPath(),
                new Answer(response.statusCode(), response.headers(), response.body()));
    }

    /** The same for a request that was sent by other means. */
    static void verify(String method, String path, Answer answer) {
        if (path.startsWith("/api/v1")) {
            COMMITTED.verifyAnswer(method, path, answer);
        }
    }

    /** An answer of the service, however it was received. */
    record Answer(int status, HttpHeaders headers, String body) {

        static Answer of(RawHttp.Answer raw) {
            Map<String, List<String>> headers = raw.head()
                    .lines()
                    .skip(1)
                    .map(line -> line.split(": ?", 2))
                    .filter(header -> header.length == 2)
                    .collect(Collectors.groupingBy(
                            header -> header[0], Collectors.mapping(header -> header[1], Collectors.toList())));
            return new Answer(raw.status(), HttpHeaders.of(headers, (_, _) -> true), raw.body());
        }

        boolean has(String header) {
            return headers.firstValue(header).isPresent();
        }
    }

    /**
     * An operation of the description.
     *
     * @param path with the names of parameters in braces
     * @param description what the document says of it
     */
    record Operation(String method, String path, JsonNode description) {

        String id() {
            return description.path("operationId").asString();
        }

        boolean declares(int status) {
            return description.path("responses").has(Integer.toString(status));
        }

        boolean hasBody() {
            return description.has("requestBody");
        }
    }

    List<Operation> operations() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> new Operation(
                                operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue())))
                .toList();
    }

    /** Returns the part of the document to which {@code part} refers, if it refers to another. */
    JsonNode resolved(JsonNode part) {
        return part.has("$ref") ? document.at(part.path("$ref").asString().substring(1)) : part;
    }

    private void verifyAnswer(String method, String path, Answer response) {
        String answer = method + " " + path + " " + response.status();
        String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        String operation = operation(method, path);
        if (operation.isEmpty()) {
            assertThat(type).as(answer).isEqualTo("application/problem+json");
            verify(answer, "/components/schemas/Problem", response.body());
            return;
        }
        String declared = operation + "/responses/" + response.status();
        assertThat(document.at(declared).isMissingNode())
                .as("%s is not described: %s", answer, response.body())
                .isFalse();
        String described = resolved(declared);
        verifyHeaders(answer, described + "/headers", response);
        if (response.body().isEmpty()) {
            assertThat(document.at(described + "/content").isMissingNode())
                    .as("%s has no body, but one is described", answer)
                    .isTrue();
        } else {
            verifyBody(answer, described + "/content/" + escaped(type), type, response.body());
        }
        AnswerLog.append(document.at(operation + "/operationId").asString(), response.status());
    }

    private void verifyBody(String answer, String content, String type, String body) {
        assertThat(document.at(content).isMissingNode())
                .as("%s has the media type %s, which is not described", answer, type)
                .isFalse();
        if (type.equals("application/x-ndjson")) {
            body.lines().forEach(line -> verify(answer, content + "/schema", line));
        } else if (type.endsWith("json")) {
            verify(answer, content + "/schema", body);
        }
    }

    /** Those of our headers that an answer has must be described, and it must have those that are required. */
    private void verifyHeaders(String answer, String described, Answer response) {
        Set<String> has = HEADERS.stream().filter(response::has).collect(Collectors.toSet());
        Set<String> may = Set.copyOf(document.at(described).propertyNames());
        assertThat(may).as("described headers of %s", answer).containsAll(has);
        assertThat(has)
                .as("headers of %s", answer)
                .containsAll(may.stream()
                        .filter(name -> document.at(resolved(described + "/" + name) + "/required")
                                .asBoolean(false))
                        .toList());
    }

    private void verify(String answer, String schema, String body) {
        List<Error> errors = schemas.computeIfAbsent(
                        schema, pointer -> registry.getSchema(SchemaLocation.of(ADDRESS + "#" + pointer)))
                .validate(JSON.readTree(body));
        assertThat(errors)
                .as("%s does not fit its description: %s", answer, body)
                .isEmpty();
    }

    /** Follows a reference to another part of the document. */
    private String resolved(String pointer) {
        String reference = document.at(pointer + "/$ref").asString("");
        return reference.isEmpty() ? pointer : reference.substring(1);
    }

    /** Returns the pointer to the operation; empty when there is none. */
    private String operation(String method, String path) {
        return document.at("/paths").propertyNames().stream()
                .filter(template -> path.matches(template.replaceAll("\\{[^}]*}", "[^/]+")))
                .min(Comparator.comparing((String template) -> template.contains("{")))
                .map(template -> "/paths/" + escaped(template) + "/" + method.toLowerCase(Locale.ROOT))
                .filter(pointer -> !document.at(pointer).isMissingNode())
                .orElse("");
    }

    private static String escaped(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }

    /** Reads a file in YAML. */
    static JsonNode read(Path file) {
        try {
            Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            return JSON.valueToTree(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says a number or null in two schemas: the validator cannot read the limits of a number that has two types. */
    private static void splitTypes(ObjectNode schema) {
        if (schema.path("type").isArray() && (schema.has("minimum") || schema.has("maximum"))) {
            ObjectNode number = schema.deepCopy();
            number.put("type", schema.at("/type/0").asString());
            schema.removeAll();
            schema.putArray("anyOf").add(number).addObject().put("type", "null");
        }
    }

    /** Lets an object have no other members than those that are described. */
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            if (object.has("properties") && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
            splitTypes(object);
            Iterator<JsonNode> parts = object.values().iterator();
            while (parts.hasNext()) {
                close(Objects.requireNonNull(parts.next()));
            }
        } else if (schema.isArray()) {
            schema.forEach(ApiDescription::close);
        }
    }
}
