package dev.claudepool.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;

/**
 * Describes an item that a list shows in one of two forms, in brief or whole, as one object: a member that only one of
 * the forms has may be absent. Generated clients could not tell the forms apart, since nothing in them says which it
 * is.
 */
@SuppressWarnings("rawtypes") // as the library declares the map of schemas
class ListItems implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI api) {
        Map<String, Schema> schemas = api.getComponents().getSchemas();
        List<Schema<?>> items = new ArrayList<>();
        schemas.values().stream().filter(schema -> schema.getOneOf() != null).forEach(items::add);
        schemas.replaceAll((_, schema) -> schema.getOneOf() == null ? schema : merged(schema, schemas));
        Set<String> referred = SchemaParts.referredTo(api);
        items.stream()
                .flatMap(item -> item.getOneOf().stream())
                .map(form -> SchemaParts.nameIn(form.get$ref()))
                .filter(form -> !referred.contains(form))
                .forEach(schemas::remove);
    }

    private static Schema<?> merged(Schema<?> item, Map<String, Schema> schemas) {
        ObjectSchema merged = new ObjectSchema();
        merged.setDescription(item.getDescription());
        List<String> required = new ArrayList<>();
        for (Schema<?> form : item.getOneOf()) {
            Schema<?> described = Objects.requireNonNull(schemas.get(SchemaParts.nameIn(form.get$ref())));
            if (merged.getProperties() == null) {
                required.addAll(described.getRequired());
            }
            described.getProperties().forEach((name, property) -> {
                if (merged.getProperties() == null || !merged.getProperties().containsKey(name)) {
                    merged.addProperty(name, property);
                }
            });
            required.retainAll(described.getRequired());
        }
        merged.setRequired(required);
        return merged;
    }
}
