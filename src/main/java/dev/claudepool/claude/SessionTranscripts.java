package dev.claudepool.claude;

import dev.claudepool.process.OsUser;
import dev.claudepool.store.DataDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/**
 * The transcripts that the CLI writes, each at {@code projects/<directory>/<session>.jsonl} below its configuration
 * directory (CLI 2.1.330). Tasks may have put links there, so none is followed, and where tasks work as another user,
 * that user reads. Thread-safe.
 */
@Component
public class SessionTranscripts {

    private static final Path TRANSCRIPTS = Path.of("projects");
    private static final String ENDING = ".jsonl";

    private final Path directory;
    private final Optional<OsUser> user;

    SessionTranscripts(CliProperties properties, ClaudeCli cli, DataDirectory dataDirectory) {
        this.user = cli.user();
        this.directory = properties.configDirectory(user, dataDirectory.path());
    }

    /** Opens the transcript of a session; empty when there is none. */
    public Optional<InputStream> open(UUID session) throws IOException {
        return user.isPresent() ? openAs(user.get(), session) : openHere(session);
    }

    private Optional<InputStream> openAs(OsUser other, UUID session) throws IOException {
        Optional<Path> found = other.findFile(directory.resolve(TRANSCRIPTS), session + ENDING);
        return found.isPresent() ? Optional.of(other.read(found.get())) : Optional.empty();
    }

    /** Each step is relative to the directory opened before, so that nobody can put a link into the path meanwhile. */
    private Optional<InputStream> openHere(UUID session) throws IOException {
        try (DirectoryStream<Path> configuration = Files.newDirectoryStream(directory)) {
            SecureDirectoryStream<Path> secure = secure(configuration);
            return is(secure, TRANSCRIPTS, BasicFileAttributes::isDirectory)
                    ? openIn(secure, Path.of(session.toString()), Path.of(session + ENDING))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<InputStream> openIn(SecureDirectoryStream<Path> configuration, Path own, Path file)
            throws IOException {
        try (SecureDirectoryStream<Path> projects =
                configuration.newDirectoryStream(TRANSCRIPTS, LinkOption.NOFOLLOW_LINKS)) {
            Optional<InputStream> found = open(projects, own, file);
            return found.isPresent() ? found : openElsewhere(projects, file);
        }
    }

    /** A conversation that a process began after others is in the directory of the first of them. */
    private static Optional<InputStream> openElsewhere(SecureDirectoryStream<Path> projects, Path file)
            throws IOException {
        List<Path> names = new ArrayList<>();
        try {
            projects.forEach(entry -> names.add(entry.getFileName()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        for (Path name : names) {
            Optional<InputStream> found = open(projects, name, file);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<InputStream> open(SecureDirectoryStream<Path> projects, Path project, Path file)
            throws IOException {
        if (!is(projects, project, BasicFileAttributes::isDirectory)) {
            return Optional.empty();
        }
        try (SecureDirectoryStream<Path> transcripts =
                projects.newDirectoryStream(project, LinkOption.NOFOLLOW_LINKS)) {
            return is(transcripts, file, BasicFileAttributes::isRegularFile)
                    ? Optional.of(Channels.newInputStream(transcripts.newByteChannel(
                            file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))))
                    : Optional.empty();
        } catch (NoSuchFileException e) { // gone meanwhile
            return Optional.empty();
        }
    }

    private static boolean is(SecureDirectoryStream<Path> parent, Path name, Predicate<BasicFileAttributes> kind)
            throws IOException {
        try {
            return kind.test(parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("The file system of the CLI's configuration directory has no secure directory streams");
    }
}
