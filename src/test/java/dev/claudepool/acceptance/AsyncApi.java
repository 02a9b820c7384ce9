package dev.claudepool.acceptance;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Makes the AsyncAPI description of the events from the types of their data. */
final class AsyncApi {

    /** The classes of the data of each type, by their simple names. */
    private static final Map<String, EventType> TYPES = Map.ofEntries(
            Map.entry("TaskStateChanged", EventType.TASK_STATE),
            Map.entry("Text", EventType.TASK_TEXT),
            Map.entry("Delta", EventType.TASK_DELTA),
            Map.entry("ToolCalled", EventType.TASK_TOOL),
            Map.entry("ToolReturned", EventType.TASK_TOOL),
            Map.entry("Retried", EventType.TASK_RETRY),
            Map.entry("Spent", EventType.TASK_SPEND),
            Map.entry("TaskAttemptEnded", EventType.TASK_ATTEMPT),
            Map.entry("TaskWaiting", EventType.TASK_WAITING),
            Map.entry("ChainBegun", EventType.CHAIN_STATE),
            Map.entry("ChainStateChanged", EventType.CHAIN_STATE),
            Map.entry("ChainStepChanged", EventType.CHAIN_STEP),
            Map.entry("FanOutStateChanged", EventType.FAN_OUT_STATE),
            Map.entry("SlotStateChanged", EventType.SLOT_STATE),
            Map.entry("SlotSpent", EventType.SLOT_SPEND),
            Map.entry("PoolStateChanged", EventType.POOL_STATE),
            Map.entry("PoolStats", EventType.POOL_STATS),
            Map.entry("BudgetChanged", EventType.BUDGET_CHANGED));

    private static final List<EventType> ALL = List.of(EventType.values());
    private static final List<EventType> STORED =
            ALL.stream().filter(EventType::isStored).toList();
    private static final List<EventType> OF_TASKS = beginning("task.");
    private static final List<EventType> STORED_OF_TASKS =
            OF_TASKS.stream().filter(STORED::contains).toList();

    private AsyncApi() {}

    static String yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(120);
        options.setDereferenceAliases(true);
        return new Yaml(options).dump(document());
    }

    private static Map<String, Object> document() {
        Map<String, Object> channels = new LinkedHashMap<>();
        Map<String, Object> operations = new LinkedHashMap<>();
        for (Channel channel : channels()) {
            channels.put(channel.id(), channel.description());
            operations.put(channel.operation(), channel.sending());
        }
        return object(
                "asyncapi",
                "3.0.0",
                "info",
                object(
                        "title",
                        "claude-pool events",
                        "version",
                        "v1",
                        "description",
                        "What happens in the pool, over STOMP 1.2 on a WebSocket at `/ws`. The same events come"
                                + " as server-sent events from `/api/v1/events` and `/api/v1/tasks/{id}/events`.",
                        "license",
                        object("name", "MIT", "url", "https://opensource.org/license/mit")),
                "defaultContentType",
                "application/json",
                "servers",
                object(
                        "local",
                        object(
                                "host", "127.0.0.1:8080",
                                "protocol", "stomp",
                                "pathname", "/ws",
                                "description", "A WebSocket whose frames are STOMP frames",
                                "security", List.of(object("$ref", "#/components/securitySchemes/bearer")))),
                "channels",
                channels,
                "operations",
                operations,
                "components",
                object(
                        "securitySchemes",
                                object(
                                        "bearer",
                                        object(
                                                "type", "http",
                                                "scheme", "bearer",
                                                "description",
                                                        "The token in the Authorization header of the CONNECT frame")),
                        "messages", messages()));
    }

    private static List<Channel> channels() {
        List<EventType> pool = Stream.of(beginning("slot."), beginning("pool."), beginning("budget."))
                .flatMap(List::stream)
                .toList();
        return List.of(
                new Channel("events", "/topic/events", "All stored events", STORED),
                new Channel("live", "/topic/live", "All events, partial text and figures included", ALL),
                new Channel("pool", "/topic/pool", "The events of the slots, the pool and the budget", pool),
                new Channel("task", "/topic/tasks/{id}", "The events of a task, partial text included", OF_TASKS),
                new Channel(
                        "chain",
                        "/topic/chains/{id}",
                        "The stored events of a chain and of its tasks",
                        concat(beginning("chain."), STORED_OF_TASKS)),
                new Channel(
                        "fanOut",
                        "/topic/fan-outs/{id}",
                        "The stored events of a fan-out, and of its chains and tasks",
                        concat(concat(beginning("fanout."), beginning("chain.")), STORED_OF_TASKS)));
    }

    private static Map<String, Object> messages() {
        Map<EventType, List<Map<String, Object>>> data = new EnumMap<>(EventType.class);
        dataClasses()
                .forEach(type -> data.computeIfAbsent(TYPES.get(type.getSimpleName()), _ -> new ArrayList<>())
                        .add(DataSchemas.of(type)));
        return ALL.stream()
                .collect(toMap(AsyncApi::name, type -> message(type, data.get(type)), (a, _) -> a, LinkedHashMap::new));
    }

    /** All classes of data; fails when one is not known here. */
    private static List<Class<?>> dataClasses() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(EventData.class));
        return scanner.findCandidateComponents("dev.claudepool").stream()
                .<Class<?>>map(found -> load(found.getBeanClassName()))
                .filter(type -> type.isRecord() && !type.getSimpleName().startsWith("Testing"))
                .sorted(Comparator.comparing(Class::getSimpleName))
                .peek(type -> {
                    if (!TYPES.containsKey(type.getSimpleName())) {
                        throw new AssertionError("Name the event type of " + type + " here");
                    }
                })
                .toList();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> message(EventType type, List<Map<String, Object>> data) {
        Map<String, Object> id = object("type", List.of("string", "null"), "format", "uuid");
        Map<String, Object> properties = object(
                "seq",
                type.isStored()
                        ? object(
                                "type", "integer",
                                "description", "Its number, growing by commit order; the last-seq of a SUBSCRIBE.")
                        : object("type", "null", "description", "It is never stored."),
                "type",
                object("const", type.wireName()),
                "at",
                object("type", "string", "format", "date-time"),
                "taskId",
                id,
                "chainId",
                new LinkedHashMap<>(id),
                "fanOutId",
                new LinkedHashMap<>(id),
                "slotId",
                object("type", List.of("string", "null")),
                "data",
                data.size() == 1 ? data.getFirst() : object("anyOf", data));
        return object(
                "name", type.wireName(),
                "title", type.wireName(),
                "contentType", "application/json",
                "payload",
                        object(
                                "type",
                                "object",
                                "properties",
                                properties,
                                "required",
                                List.copyOf(properties.keySet()),
                                "additionalProperties",
                                false));
    }

    /** The name of the message of a type: {@code taskState} for {@code task.state}. */
    private static String name(EventType type) {
        String name = type.wireName();
        int dot = name.indexOf('.');
        return name.substring(0, dot) + Character.toUpperCase(name.charAt(dot + 1)) + name.substring(dot + 2);
    }

    private static List<EventType> beginning(String prefix) {
        return ALL.stream().filter(type -> type.wireName().startsWith(prefix)).toList();
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        return Stream.of(first, second).flatMap(List::stream).toList();
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    /** A topic and the types of its events. */
    private record Channel(String id, String address, String title, List<EventType> types) {

        String operation() {
            return "send" + Character.toUpperCase(id.charAt(0)) + id.substring(1) + "Events";
        }

        Map<String, Object> description() {
            Map<String, Object> channel = object("address", address, "title", title);
            if (address.contains("{id}")) {
                channel.put("parameters", object("id", object("description", "The UUID")));
            }
            channel.put(
                    "messages",
                    types.stream()
                            .map(AsyncApi::name)
                            .collect(toMap(
                                    identity(),
                                    name -> object("$ref", "#/components/messages/" + name),
                                    (a, _) -> a,
                                    LinkedHashMap::new)));
            return channel;
        }

        Map<String, Object> sending() {
            return object("action", "send", "channel", object("$ref", "#/channels/" + id), "summary", title);
        }
    }
}
