package dev.claudepool.store;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.dbcp2.BasicDataSource;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The wall clock, and the pooled connections to the embedded database in the data directory. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    private static final Set<MigrationState> FUTURE =
            EnumSet.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

    /** Time as people read it; what waits goes by {@link MonotonicClock}. */
    @Bean
    @Primary
    InstantSource clock() {
        return InstantSource.system();
    }

    /** Takes the data directory only so that it exists before SQLite opens a file in it. */
    @Bean
    @ConfigurationProperties("spring.datasource.dbcp2")
    BasicDataSource dataSource(DataSourceProperties properties, DataDirectory dataDirectory) {
        return properties
                .initializeDataSourceBuilder()
                .type(BasicDataSource.class)
                .build();
    }

    /** Writes nothing into a database that a newer version has changed. */
    @Bean
    FlywayMigrationStrategy migration() {
        return flyway -> {
            refuseNewer(flyway.info());
            flyway.migrate();
        };
    }

    private static void refuseNewer(MigrationInfoService migrations) {
        Comparator<MigrationInfo> byVersion = Comparator.comparing(MigrationInfo::getVersion);
        Optional<MigrationInfo> unknown = Arrays.stream(migrations.applied())
                .filter(migration -> FUTURE.contains(migration.getState()))
                .max(byVersion);
        if (unknown.isPresent()) {
            String known = Arrays.stream(migrations.all())
                    .filter(migration -> !FUTURE.contains(migration.getState()))
                    .max(byVersion)
                    .map(migration -> migration.getVersion().toString())
                    .orElse("0");
            throw new NewerDatabaseException(unknown.get().getVersion().toString(), known);
        }
    }
}
