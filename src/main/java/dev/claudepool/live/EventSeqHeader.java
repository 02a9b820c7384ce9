package dev.claudepool.live;

import dev.claudepool.web.ResponseHeaders;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Adds {@code Event-Seq} to what is read of tasks, chains, fan-outs, slots, the pool and the budget: the number of the
 * newest event before it was read. Who subscribes after that number misses no change of what was read; a change that
 * came in between is told again. Thread-safe.
 */
@ControllerAdvice
class EventSeqHeader implements HandlerInterceptor, ResponseBodyAdvice<Object>, WebMvcConfigurer, OpenApiCustomizer {

    private static final String ATTRIBUTE = EventSeqHeader.class.getName();
    private static final String API = "/api/v1/";
    private static final Set<String> RESOURCES = Set.of("tasks", "chains", "fan-outs", "slots", "pool", "budget");

    private final LiveFeed feed;

    EventSeqHeader(LiveFeed feed) {
        this.feed = feed;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this)
                .addPathPatterns(RESOURCES.stream()
                        .map(resource -> API + resource + "/**")
                        .toList());
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getMethod().equals("GET")) {
            request.setAttribute(ATTRIBUTE, feed.lastPublished());
        }
        return true;
    }

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returnType,
            MediaType contentType,
            Class<? extends HttpMessageConverter<?>> converterType,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (request instanceof ServletServerHttpRequest servlet
                && servlet.getServletRequest().getAttribute(ATTRIBUTE) instanceof Long seq
                && MediaType.APPLICATION_JSON.equalsTypeAndSubtype(contentType)) {
            response.getHeaders().set(ResponseHeaders.EVENT_SEQ, seq.toString());
        }
        return body;
    }

    @Override
    public void customise(OpenAPI api) {
        api.getPaths().forEach((path, item) -> {
            if (item.getGet() != null && isOfResource(path)) {
                describe(item.getGet());
            }
        });
    }

    private static boolean isOfResource(String path) {
        return RESOURCES.stream()
                .anyMatch(resource -> path.equals(API + resource) || path.startsWith(API + resource + "/"));
    }

    private static void describe(Operation operation) {
        Stream.of("200", "202")
                .map(operation.getResponses()::get)
                .filter(answer -> answer != null
                        && answer.getContent() != null
                        && answer.getContent().containsKey(MediaType.APPLICATION_JSON_VALUE))
                .forEach(answer -> answer.addHeaderObject(
                        ResponseHeaders.EVENT_SEQ, new Header().$ref(ResponseHeaders.EVENT_SEQ_COMPONENT)));
    }
}
