package dev.claudepool.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import dev.claudepool.web.ApiJson;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The committed {@code asyncapi.yaml}, with which the tests compare the events that they get. Thread-safe. */
final class EventDescription {

    private static final JsonMapper JSON = ApiJson.mapper();
    private static final String ADDRESS = "urn:asyncapi";
    private static final EventDescription COMMITTED = new EventDescription(Path.of("asyncapi.yaml"));

    private final JsonNode document;
    private final SchemaRegistry registry;
    private final Map<String, String> pointers = new HashMap<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private EventDescription(Path file) {
        this.document = ApiDescription.read(file);
        document.at("/components/messages")
                .forEachEntry((id, message) ->
                        pointers.put(message.get("name").asString(), "/components/messages/" + id + "/payload"));
        String text = JSON.writeValueAsString(document);
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(ADDRESS, text)));
    }

    /** Fails when the event is not as the committed description says. */
    static void verify(Event event) {
        verify(JSON.<JsonNode>valueToTree(event));
    }

    /** Fails when the event, as a client got it, is not as the committed description says. */
    static void verify(JsonNode event) {
        List<Error> errors = COMMITTED.schema(event.get("type").asString()).validate(event);
        assertThat(errors).as("%s does not fit its description", event).isEmpty();
    }

    /** The names of the members that the data of events of this type may have. */
    static Set<String> members(EventType type) {
        return members(COMMITTED.document.at(COMMITTED.pointers.get(type.wireName()) + "/properties/data"))
                .collect(Collectors.toSet());
    }

    /** Those of the schema itself, and those of its forms. */
    private static Stream<String> members(JsonNode schema) {
        Stream<JsonNode> forms = Stream.of("oneOf", "anyOf")
                .flatMap(choice -> schema.path(choice).valueStream());
        return Stream.concat(
                schema.path("properties").propertyNames().stream(), forms.flatMap(EventDescription::members));
    }

    private Schema schema(String type) {
        return schemas.computeIfAbsent(
                type,
                _ -> registry.getSchema(SchemaLocation.of(
                        ADDRESS + "#" + Objects.requireNonNull(pointers.get(type), type + " is not described"))));
    }
}
