package dev.claudepool.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.dbcp2.BasicDataSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

/** SQLite in a file of its own, opened just as {@code application.yaml} says. */
public final class SqliteTestDatabase extends TestDatabase {

    private final Path directory;
    private final boolean passing;

    /** A new one, which goes when it is closed. */
    public SqliteTestDatabase() {
        this(newDirectory(), true);
    }

    /** The one in {@code directory}, made when missing, which stays. */
    public SqliteTestDatabase(Path directory) {
        this(directory, false);
    }

    private SqliteTestDatabase(Path directory, boolean passing) {
        this(directory, passing, settings(directory));
    }

    private SqliteTestDatabase(Path directory, boolean passing, Binder settings) {
        super(
                dataSource(settings),
                settings.bind("spring.flyway.locations", String.class).get().replace("{vendor}", "sqlite"));
        this.directory = directory;
        this.passing = passing;
    }

    @Override
    public List<String> plan(String sql, Map<String, ?> parameters) {
        return jdbc().sql("explain query plan " + sql)
                .params(parameters)
                .query((row, _) -> row.getString("detail"))
                .list();
    }

    @Override
    public void close() {
        super.close();
        if (passing) {
            try {
                FileSystemUtils.deleteRecursively(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static BasicDataSource dataSource(Binder settings) {
        BasicDataSource dataSource = new BasicDataSource();
        dataSource.setUrl(settings.bind("spring.datasource.url", String.class).get());
        return settings.bind("spring.datasource.dbcp2", Bindable.ofInstance(dataSource))
                .get();
    }

    private static Binder settings(Path directory) {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new MapPropertySource("test", Map.of("claude-pool.data-dir", directory.toString())));
        try {
            new YamlPropertySourceLoader()
                    .load("application", new ClassPathResource("application.yaml"))
                    .forEach(sources::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Binder(ConfigurationPropertySources.from(sources), new PropertySourcesPlaceholdersResolver(sources));
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("claude-pool-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
