package dev.claudepool.claude;

import dev.claudepool.process.OsUser;
import dev.claudepool.store.DataDirectory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * What the CLI keeps of the sessions that this pool began: transcripts, outputs of tools, earlier versions of files,
 * temporary directories. Each bears the session's id as its name, in a directory of the configuration directory or of
 * {@code <tmp>/claude-<uid>} (CLI 2.1.330). Thread-safe.
 */
@Component
public class SessionFiles {

    private static final Logger log = LoggerFactory.getLogger(SessionFiles.class);
    private static final String TRANSCRIPTS = "projects";
    private static final List<String> ENDINGS = List.of("", ".json", ".jsonl", ".txt");
    private static final Pattern UUID_NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Path directory;
    private final Path temporary;
    private final Optional<OsUser> user;
    private volatile long bytes;

    SessionFiles(CliProperties properties, ClaudeCli cli, DataDirectory dataDirectory, MeterRegistry meters) {
        this.user = cli.user();
        this.directory = properties.configDirectory(user, dataDirectory.path());
        this.temporary = Path.of(cli.environment().withoutCookie().getOrDefault("TMPDIR", "/tmp"));
        Gauge.builder("claude.pool.cli.files", this, files -> files.bytes)
                .baseUnit("bytes")
                .description("Size of the CLI's configuration directory with all transcripts, as of the last clean-up")
                .register(meters);
    }

    /**
     * The sessions that nobody has gone on with since {@code before}. Those that somebody else began in the same
     * directory have transcripts elsewhere, and are not among them.
     */
    public List<UUID> untouchedSince(Instant before) {
        List<UUID> found = new ArrayList<>();
        for (Path entry : entries(directory.resolve(TRANSCRIPTS))) {
            session(entry).filter(_ -> lastModified(entry).isBefore(before)).ifPresent(found::add);
        }
        return found;
    }

    /** Deletes what is kept of these sessions; a file that cannot be deleted is logged and left. */
    public void delete(List<UUID> sessions) {
        List<Path> parents = new ArrayList<>(entries(directory));
        for (Path ofUser : entries(temporary)) {
            if (ofUser.getFileName().toString().startsWith("claude-")) {
                parents.addAll(entries(ofUser));
            }
        }
        parents.removeIf(parent -> !Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS));
        List<Path> files = sessions.stream()
                .flatMap(session -> parents.stream()
                        .flatMap(parent -> ENDINGS.stream().map(ending -> parent.resolve(session + ending))))
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
        // Tasks can make links here, so they must not lead to more than the user of the tasks may delete.
        user.ifPresentOrElse(other -> other.delete(files), () -> files.forEach(SessionFiles::delete));
    }

    /** Measures the directory for the metric; takes as long as looking at each file does. */
    public void measure() {
        long[] sum = new long[1];
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) { // gone meanwhile
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("The CLI's configuration directory cannot be measured: {}", e.toString());
        }
        bytes = sum[0];
    }

    private static Instant lastModified(Path transcripts) {
        return entries(transcripts).stream()
                .map(SessionFiles::modified)
                .max(Instant::compareTo)
                .orElseGet(() -> modified(transcripts));
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (IOException e) { // gone meanwhile
            return Instant.MAX;
        }
    }

    private static Optional<UUID> session(Path entry) {
        String name = entry.getFileName().toString();
        return UUID_NAME.matcher(name).matches() ? Optional.of(UUID.fromString(name)) : Optional.empty();
    }

    /** Returns what is in a directory; nothing where there is none, or only a link to one. */
    private static List<Path> entries(Path directory) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(found::add);
            } catch (IOException | DirectoryIteratorException e) {
                log.warn("A directory of the CLI cannot be read: {}", e.toString());
            }
        }
        return found;
    }

    private static void delete(Path path) {
        try {
            FileSystemUtils.deleteRecursively(path);
        } catch (IOException e) {
            log.warn("A file of the CLI cannot be deleted: {}", e.toString());
        }
    }
}
