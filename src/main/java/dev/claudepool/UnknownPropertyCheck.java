package dev.claudepool;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Stops the start when a property under {@code claude-pool} has a name that nothing reads: a mistyped budget cap must
 * not mean "no cap". Values are never shown.
 */
class UnknownPropertyCheck implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        KnownProperties known = KnownProperties.load(Objects.requireNonNull(context.getClassLoader()));
        if (known.isEmpty()) {
            return;
        }
        List<String> problems = StreamSupport.stream(
                        ConfigurationPropertySources.get(context.getEnvironment())
                                .spliterator(),
                        false)
                .flatMap(source -> problems(source, known))
                .distinct()
                .toList();
        if (!problems.isEmpty()) {
            throw new UnknownPropertyException(problems);
        }
    }

    private static Stream<String> problems(ConfigurationPropertySource source, KnownProperties known) {
        return switch (source) {
            case IterableConfigurationPropertySource names ->
                names.stream()
                        .filter(name -> KnownProperties.isOurs(name.toString()) && !known.contains(name.toString()))
                        .map(name -> problem(name, source, known));
            default -> Stream.of();
        };
    }

    private static String problem(
            ConfigurationPropertyName name, ConfigurationPropertySource source, KnownProperties known) {
        String where = Optional.ofNullable(source.getConfigurationProperty(name))
                .flatMap(property -> Optional.ofNullable(property.getOrigin()))
                .map(origin -> " (" + origin + ")")
                .orElse("");
        String hint = known.nearest(name.toString())
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("");
        return name + where + hint;
    }
}
