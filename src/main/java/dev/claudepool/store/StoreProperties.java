package dev.claudepool.store;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where data is kept.
 *
 * @param dataDir the directory that holds everything this instance keeps; made when missing
 */
@ConfigurationProperties("claude-pool")
record StoreProperties(Path dataDir) {}
