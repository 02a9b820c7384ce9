package dev.claudepool.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * The directory that holds everything this instance keeps ({@code claude-pool.data-dir}): owned by its user, readable
 * by it only, and locked, so that no second instance works on it. What a killed instance left in its temporary
 * directory goes at the start.
 */
@Component
public class DataDirectory implements DisposableBean {

    private static final String TEMPORARY = "tmp";

    private final Path path;
    private final FileChannel lock;

    /** @throws UnusableDataDirectoryException when it cannot be made, written or locked */
    DataDirectory(StoreProperties properties) {
        this.path = properties.dataDir().toAbsolutePath().normalize();
        try {
            Files.createDirectories(this.path);
            PrivateFiles.close(this.path);
            PrivateFiles.createIfMissing(resolve("lock"));
            this.lock = FileChannel.open(resolve("lock"), StandardOpenOption.WRITE);
            if (!isFree(lock)) {
                throw new UnusableDataDirectoryException("another claude-pool is running on " + this.path, null);
            }
            FileSystemUtils.deleteRecursively(resolve(TEMPORARY));
        } catch (IOException e) {
            throw new UnusableDataDirectoryException("the data directory " + this.path + " cannot be used: " + e, e);
        }
    }

    private static boolean isFree(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // the other one is in this very JVM
        }
    }

    public Path path() {
        return path;
    }

    /** A file or directory inside. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** A directory inside that is empty at each start. */
    public Path temporary(String name) throws IOException {
        return Files.createDirectories(resolve(TEMPORARY).resolve(name));
    }

    @Override
    public void destroy() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
