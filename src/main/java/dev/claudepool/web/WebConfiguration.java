package dev.claudepool.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.core.convert.converter.GenericConverter;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.http.converter.ResourceRegionHttpMessageConverter;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets query parameters such as {@code ?wait=} take durations, in ISO-8601 ({@code PT30S}) or short ({@code 30s}),
 * enums by the names that they have in JSON, times as in JSON, and several values where they are repeated.
 */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

    /** JSON, and what writes text, bytes and files of the API's description, its page, and metrics. */
    private static final Set<Class<?>> CONVERTERS = Set.of(
            ByteArrayHttpMessageConverter.class,
            StringHttpMessageConverter.class,
            ResourceHttpMessageConverter.class,
            ResourceRegionHttpMessageConverter.class,
            JacksonJsonHttpMessageConverter.class);

    private final JsonMapper json;

    WebConfiguration(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(String.class, Duration.class, WebConfiguration::duration);
        registry.addConverter(String.class, Instant.class, text -> json.convertValue(text, Instant.class));
        registry.addConverterFactory(new Enums());
        registry.addConverter(new OneOfSeveral(registry));
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new ParameterRules(new TypeDescriptions(json)));
    }

    /** Serves the description of the API under the name of its file. */
    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/openapi.yaml").setViewName("forward:/v3/api-docs.yaml");
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/asyncapi.yaml").addResourceLocations("classpath:/description/");
    }

    /** JSON only: libraries on the class path would add formats of their own, read without our strictness. */
    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
        builder.withJsonConverter(new JacksonJsonHttpMessageConverter(RequestJson.mapper(json)))
                .configureMessageConvertersList(
                        converters -> converters.removeIf(converter -> !CONVERTERS.contains(converter.getClass())));
    }

    /** Refuses a bare number, because nobody agrees on its unit. */
    private static Duration duration(String text) {
        if (text.isEmpty() || Character.isDigit(text.charAt(text.length() - 1))) {
            throw new IllegalArgumentException("a duration needs a unit");
        }
        Duration duration = DurationStyle.detectAndParse(text);
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a duration must not be negative");
        }
        return duration;
    }

    private final class Enums implements ConverterFactory<String, Enum<?>> {
        @Override
        public <T extends Enum<?>> Converter<String, T> getConverter(Class<T> type) {
            return text -> json.convertValue(text, type);
        }
    }

    /** Takes the value of a parameter that may be repeated, and is not, as it is: Spring would split it at commas. */
    private record OneOfSeveral(ConversionService values) implements GenericConverter {

        private OneOfSeveral(FormatterRegistry registry) {
            this((ConversionService) registry);
        }

        @Override
        public Set<ConvertiblePair> getConvertibleTypes() {
            return Set.of(new ConvertiblePair(String.class, List.class));
        }

        @Override
        public List<?> convert(@Nullable Object source, TypeDescriptor sourceType, TypeDescriptor targetType) {
            TypeDescriptor element = targetType.getElementTypeDescriptor();
            return source == null
                    ? List.of()
                    : Stream.of(element == null ? source : values.convert(source, sourceType, element))
                            .toList();
        }
    }
}
