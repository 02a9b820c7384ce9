package dev.claudepool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownPropertiesTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "claude-pool.cli.environment.FOO, true",
        "claude-pool.cli.environment[FOO.BAR], true",
        "claudepool.cli.environment.a.b, true",
        "claude-pool.cli.environmental, false",
        "claude-pool.cli, false",
        "claude-pool.tokens[0].name, true",
        "claude-pool.tokens.name, false",
        "claude-pool.ports[0], true",
    })
    void mapsAndListsHoldWhateverIsBelow(String name, boolean known) throws IOException {
        Files.createDirectory(directory.resolve("META-INF"));
        Files.writeString(directory.resolve("META-INF/spring-configuration-metadata.json"), """
                {"properties":[
                  {"name":"claude-pool.cli.environment","type":"java.util.Map<java.lang.String,java.lang.String>"},
                  {"name":"claude-pool.tokens","type":"java.util.List<dev.claudepool.Token>"},
                  {"name":"claude-pool.ports","type":"java.lang.Integer[]"},
                  {"name":"spring.other","type":"java.lang.String"}]}""", UTF_8);

        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
            assertThat(KnownProperties.load(loader).contains(name)).isEqualTo(known);
        }
    }

    @Test
    void isEmptyWithoutMetadata() throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[0], null)) {
            assertThat(KnownProperties.load(loader).isEmpty()).isTrue();
        }
    }
}
