package dev.claudepool.store;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Properties;
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
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** The wall clock, the connections to the database, and who may use it. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    private static final Set<MigrationState> FUTURE =
            EnumSet.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

    /** The wall clock, in milliseconds, as every table stores it; waiting follows {@link MonotonicClock}. */
    @Bean
    @Primary
    InstantSource clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    /** The data directory is locked, and ready for the engine, before anybody connects. */
    @Bean
    Dialect dialect(Environment environment, DataDirectory dataDirectory) throws IOException {
        Dialect dialect = Dialect.of(environment);
        dialect.prepare(dataDirectory);
        return dialect;
    }

    /** Once it is sure that the URL can be used: the pool would print one that cannot, with the password in it. */
    @Bean
    @ConfigurationProperties("spring.datasource.dbcp2")
    BasicDataSource dataSource(DataSourceProperties properties, Dialect dialect, ServiceLock lock) {
        lock.verify();
        BasicDataSource dataSource = properties
                .initializeDataSourceBuilder()
                .type(BasicDataSource.class)
                .build();
        dialect.connectionProperties().forEach(dataSource::addConnectionProperty);
        dataSource.setConnectionInitSqls(dialect.connectionSql());
        return dataSource;
    }

    /** Before anything is looked at in the database, and until everything that uses it has ended. */
    @Bean(destroyMethod = "close")
    ServiceLock serviceLock(DataSourceProperties properties, Dialect dialect) throws SQLException {
        SimpleDriverDataSource connections = properties
                .initializeDataSourceBuilder()
                .type(SimpleDriverDataSource.class)
                .build();
        Properties more = new Properties();
        more.putAll(dialect.connectionProperties());
        connections.setConnectionProperties(more);
        return dialect.lock(connections);
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
