package dev.claudepool.chain;

import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Objects;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes the {@code config} of a step in the API: a task without its prompt. */
@Configuration(proxyBeanMethods = false)
class StepConfigSchema {

    static final String NAME = "StepConfig";

    @Bean
    OpenApiCustomizer stepConfig() {
        return api -> {
            Schema<?> task =
                    Objects.requireNonNull(api.getComponents().getSchemas().get("TaskSpec"));
            Schema<?> config = new ObjectSchema()
                    .description("How the tasks of a step are carried out: all that a task may say but its prompt");
            task.getProperties().forEach((name, schema) -> {
                if (!name.equals("prompt")) {
                    config.addProperty(name, schema);
                }
            });
            api.getComponents().addSchemas(NAME, config);
        };
    }
}
