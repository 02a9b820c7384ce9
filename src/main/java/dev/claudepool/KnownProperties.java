package dev.claudepool;

import dev.claudepool.problem.SimilarNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties that the code reads, as the configuration processor found them at build time.
 *
 * <p>Names are compared in a uniform shape (lower case, no dashes), because that is all that the name of an environment
 * variable preserves: {@code CLAUDEPOOL_BUDGET_CAPUSD} is {@code claude-pool.budget.cap-usd}.
 */
class KnownProperties {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String PREFIX = "claudepool.";
    private static final Pattern MAP = Pattern.compile("java\\.util\\.(Map<.*|Properties)");
    private static final Pattern LIST = Pattern.compile("java\\.util\\.(List|Set|Collection)<.*|.*\\[]");

    /** The properties by uniform name. */
    private final Map<String, Property> properties = new HashMap<>();

    /** A property by its canonical name, and with its Java type. */
    private record Property(String name, String type) {

        /**
         * Returns whether {@code name} is an element of this list, or an entry of this map, whose names nobody can
         * know.
         */
        boolean holds(String uniformName) {
            boolean map = MAP.matcher(type).matches();
            return (map && uniformName.startsWith(uniform(name) + "."))
                    || ((map || LIST.matcher(type).matches()) && uniformName.startsWith(uniform(name) + "["));
        }
    }

    static KnownProperties load(ClassLoader loader) {
        KnownProperties known = new KnownProperties();
        try {
            for (URL url : Collections.list(loader.getResources(METADATA))) {
                try (InputStream metadata = url.openStream()) {
                    new JsonMapper().readTree(metadata).path("properties").forEach(known::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return known;
    }

    private void add(JsonNode property) {
        String name = property.path("name").asString();
        if (isOurs(name)) {
            properties.put(
                    uniform(name), new Property(name, property.path("type").asString("")));
        }
    }

    static boolean isOurs(String name) {
        return uniform(name).startsWith(PREFIX);
    }

    /** Returns whether the build left no metadata, such as in an IDE without annotation processing. */
    boolean isEmpty() {
        return properties.isEmpty();
    }

    boolean contains(String name) {
        String uniform = uniform(name);
        return properties.containsKey(uniform) || properties.values().stream().anyMatch(known -> known.holds(uniform));
    }

    /** Returns the known name that is most similar, if one is similar enough. */
    Optional<String> nearest(String name) {
        String uniform = uniform(name);
        int mostEdits = Math.max(2, (uniform.length() - PREFIX.length()) / 3);
        return SimilarNames.nearest(uniform, properties.keySet(), mostEdits)
                .flatMap(known -> Optional.ofNullable(properties.get(known)))
                .map(Property::name);
    }

    private static String uniform(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
