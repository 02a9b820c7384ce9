package dev.claudepool;

import dev.claudepool.pool.ServiceVersion;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts claude-pool. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ClaudePoolApplication {

    /**
     * @param args properties such as {@code --server.port=9000}; or {@code --version}, which is printed, and no more
     */
    public static void main(String[] args) {
        if (List.of(args).contains("--version")) {
            System.out.println("claude-pool " + ServiceVersion.get());
            return;
        }
        SpringApplication.run(ClaudePoolApplication.class, args);
        Sigterm.endsWell();
    }
}
