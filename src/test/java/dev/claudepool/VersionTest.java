package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class VersionTest {

    private static final Pattern VERSION =
            Pattern.compile("<artifactId>claude-pool</artifactId>\\s*<version>([^<]+)</version>");

    @Test
    void printsTheVersionOfThePomAndStartsNothing(CapturedOutput output) throws IOException {
        Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();

        ClaudePoolApplication.main(new String[] {"--version"});

        assertThat(output).isEqualToIgnoringNewLines("claude-pool " + version.group(1));
    }
}
