package dev.claudepool.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.StringUtils;

/**
 * Makes sentences in Markdown of what springdoc took from our Javadoc, and says of each id in a path of what it is the
 * id.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
class Descriptions implements OpenApiCustomizer {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern CODE = Pattern.compile("<code>(.*?)</code>");
    /** A link with the name of its type or member. */
    private static final Pattern LINK = Pattern.compile("\\{@link \\S+ (?:\\w+#)?(\\w+)}");

    private static final Pattern ITEM = Pattern.compile("/(\\w+(?:-\\w+)*)s/\\{id}");

    @Override
    public void customise(OpenAPI api) {
        api.getComponents().getSchemas().values().forEach(schema -> tidy((Schema<?>) schema));
        api.getPaths().forEach((path, item) -> item.readOperations().forEach(operation -> tidy(path, operation)));
    }

    private static void tidy(String path, Operation operation) {
        for (Parameter parameter : Objects.requireNonNullElse(operation.getParameters(), List.<Parameter>of())) {
            if (parameter.getDescription() != null) {
                parameter.setDescription(sentence(parameter.getDescription()));
            } else if (parameter.getName().equals("id")) {
                ITEM.matcher(path)
                        .results()
                        .forEach(item -> parameter.setDescription("The id of the " + item.group(1)));
            }
        }
    }

    private static void tidy(Schema<?> schema) {
        if (schema.getDescription() != null) {
            schema.setDescription(sentence(schema.getDescription()));
        }
        SchemaParts.of(schema).forEach(Descriptions::tidy);
    }

    private static String sentence(String javadoc) {
        String text = SPACE.matcher(javadoc).replaceAll(" ").strip();
        String marked = CODE.matcher(text).replaceAll("`$1`");
        return StringUtils.capitalize(LINK.matcher(marked).replaceAll("$1"));
    }
}
