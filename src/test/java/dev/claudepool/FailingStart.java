package dev.claudepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;

/** A start of the service that must fail, with one message and nothing else. */
final class FailingStart {

    private FailingStart() {}

    static void failsWith(CapturedOutput output, String description, String... arguments) {
        SpringApplication application = new SpringApplication(TestingWebApplication.class);

        assertThatThrownBy(() -> application.run(arguments).close()).isInstanceOf(Exception.class);

        String report =
                output.toString().substring(Math.max(0, output.toString().indexOf("APPLICATION FAILED")));
        assertThat(report).startsWith("APPLICATION FAILED TO START").contains(description);
        assertThat(output.toString()).doesNotContain("\tat ", "WARN");
    }
}
