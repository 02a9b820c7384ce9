package dev.claudepool.live;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** The service without a pool: nothing happens in it but what the test appends. */
@EnableAutoConfiguration
@ComponentScan(
        basePackages = {
            "dev.claudepool.store",
            "dev.claudepool.web",
            "dev.claudepool.security",
            "dev.claudepool.event",
            "dev.claudepool.live",
            "dev.claudepool.stomp"
        },
        excludeFilters = @ComponentScan.Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class))
@ConfigurationPropertiesScan({
    "dev.claudepool.store",
    "dev.claudepool.web",
    "dev.claudepool.security",
    "dev.claudepool.event",
    "dev.claudepool.live",
    "dev.claudepool.stomp"
})
class TestingLiveApplication {}
