package dev.claudepool.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API; {@code openapi.yaml} at the top of the repository is a copy that a test keeps true. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String BEARER = "bearer";

    static {
        // Any JSON and any JSON object: what springdoc would make of these classes is their Java methods.
        SpringDocUtils.getConfig()
                .replaceWithSchema(JsonNode.class, new Schema<>())
                .replaceWithSchema(ObjectNode.class, new ObjectSchema());
    }

    /** Names a server of its own, because the generated one changes with the host of the request. */
    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("claude-pool")
                        .version("v1")
                        .description("A pool of warm claude CLI processes behind one HTTP and WebSocket interface")
                        .license(new License().name("MIT").identifier("MIT")))
                .servers(List.of(new Server().url("/")))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme(BEARER)
                                        .description("The token of the service"))
                        .headers(ResponseHeaders.all()))
                .addSecurityItem(new SecurityRequirement().addList(BEARER));
    }

    @Bean
    RecordSchemas recordSchemas() {
        return new RecordSchemas();
    }

    @Bean
    OpenApiCustomizer problemResponses() {
        return new ProblemResponses();
    }

    @Bean
    OpenApiCustomizer listItems() {
        return new ListItems();
    }

    @Bean
    OpenApiCustomizer descriptions() {
        return new Descriptions();
    }

    @Bean
    OpenApiCustomizer examples(JsonMapper json) {
        return new Examples(json);
    }
}
