package dev.claudepool.security;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * Checks hosts and origins on {@code management.server.port}, too, where Spring Boot itself checks the tokens. The
 * application context of that port imports this by name; as a component it would belong to the main context.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementPortFilter {

    @Bean
    static FilterRegistrationBean<HostAndOriginFilter> managementHostAndOriginFilter(HostAndOriginFilter filter) {
        FilterRegistrationBean<HostAndOriginFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 1);
        return registration;
    }
}
