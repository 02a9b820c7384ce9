package dev.claudepool;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts claude-pool. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ClaudePoolApplication {

    public static void main(String[] args) {
        SpringApplication.run(ClaudePoolApplication.class, args);
        Sigterm.endsWell();
    }
}
