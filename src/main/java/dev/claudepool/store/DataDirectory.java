package dev.claudepool.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * The directory that holds everything this instance keeps ({@code claude-pool.data-dir}): readable by its owner only,
 * and locked, so that no second instance works on it.
 */
@Component
public class DataDirectory implements DisposableBean {

    private final Path path;
    private final FileChannel lock;

    /** @throws UnusableDataDirectoryException when it cannot be made, written or locked */
    DataDirectory(StoreProperties properties) {
        this.path = properties.dataDir().toAbsolutePath().normalize();
        try {
            Files.createDirectories(this.path);
            Files.setPosixFilePermissions(this.path, PosixFilePermissions.fromString("rwx------"));
            this.lock =
                    FileChannel.open(this.path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isFree(lock)) {
                throw new UnusableDataDirectoryException("another claude-pool is running on " + this.path, null);
            }
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

    @Override
    public void destroy() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
