package dev.claudepool;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Takes configuration files from {@code ~/.claude-pool} only, unless {@code spring.config.location} or
 * {@code spring.config.additional-location} names others. Spring Boot would also obey {@code application.yaml} and
 * {@code config/} of the current directory, which is where tasks work: a task, or the repository itself, could
 * configure the service.
 */
final class ConfigurationLocations implements EnvironmentPostProcessor, Ordered {

    private static final String PROPERTY = "spring.config.location";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String home = System.getProperty("user.home");
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "configurationLocations",
                        Map.of(PROPERTY, "classpath:/,optional:file:" + home + "/.claude-pool/")));
    }

    /** Before the files are read. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER - 1;
    }
}
