package dev.claudepool;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** The service without its features: only {@code store}, {@code web} and {@code security}. */
@EnableAutoConfiguration
@ComponentScan(
        basePackages = {"dev.claudepool.store", "dev.claudepool.web", "dev.claudepool.security"},
        excludeFilters = @ComponentScan.Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class))
@ConfigurationPropertiesScan({"dev.claudepool.store", "dev.claudepool.web", "dev.claudepool.security"})
public class TestingWebApplication {}
