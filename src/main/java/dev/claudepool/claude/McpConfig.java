package dev.claudepool.claude;

import dev.claudepool.process.OsUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The file by which a process learns of its MCP servers: readable by its owner only, and only there until the process
 * is ready, since their settings may hold secrets. (CLI 2.1.330 reads it once, before it answers {@code initialize}.)
 *
 * @param file null when there are no servers
 */
record McpConfig(@Nullable Path file) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(McpConfig.class);
    private static final String PREFIX = "mcp-";

    /** Makes a directory in which other users can read what is theirs, but put nothing. */
    static Path sharedDirectory() {
        try {
            Path directory = Files.createTempDirectory("claude-pool-mcp");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param reader who has to be able to read it, if not the service's own user */
    static McpConfig of(LaunchSpec spec, Path directory, Optional<OsUser> reader) throws IOException {
        if (spec.mcpServers() == null) {
            return new McpConfig(null);
        }
        Path file = Files.createTempFile(
                directory,
                PREFIX,
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                JsonNodeFactory.instance
                        .objectNode()
                        .set("mcpServers", spec.mcpServers())
                        .toString());
        if (reader.isPresent()) {
            reader.get().give(file);
        }
        return new McpConfig(file);
    }

    /** Deletes what an earlier instance had no time to. */
    static void deleteLeftovers(Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            files.forEach(McpConfig::delete);
        } catch (IOException e) {
            log.warn("The data directory cannot be read: {}", e.getMessage());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("A file with settings of MCP servers cannot be deleted: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        if (file != null) {
            delete(file);
        }
    }
}
