package dev.claudepool.web;

import java.util.Set;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Gives a server on {@code management.server.port} the same connections and problems as the main one. Its application
 * context imports this by name; as a component it would belong to the main context.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementPortServer {

    /** Without error pages, which are not problems, everything that goes wrong ends in {@link ContainerProblems}. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static WebServerFactoryCustomizer<TomcatServletWebServerFactory> asOnTheMainPort(
            ConnectionGuard connections, ContainerProblems problems) {
        return factory -> {
            connections.customize(factory);
            problems.customize(factory);
            factory.setErrorPages(Set.of());
        };
    }
}
