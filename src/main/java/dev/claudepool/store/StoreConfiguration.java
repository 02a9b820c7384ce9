package dev.claudepool.store;

import com.zaxxer.hikari.HikariDataSource;
import java.time.InstantSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The clock, and the pooled connections to the embedded database in the data directory. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    /** Takes the data directory only so that it exists before SQLite opens a file in it. */
    @Bean
    @ConfigurationProperties("spring.datasource.hikari")
    HikariDataSource dataSource(DataSourceProperties properties, DataDirectory dataDirectory) {
        return properties
                .initializeDataSourceBuilder()
                .type(HikariDataSource.class)
                .build();
    }
}
