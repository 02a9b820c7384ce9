package dev.claudepool.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The random id of a data directory, which stays the same over restarts and is not that of any other directory. */
public final class PoolId {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");

    private PoolId() {}

    /**
     * The id that the file {@code pool-id} in the directory holds; made at the first call.
     *
     * @throws UnusableDataDirectoryException when the file holds none, or can be neither read nor made
     */
    public static String of(Path directory) {
        Path file = directory.resolve("pool-id");
        try {
            String id = Files.exists(file) ? Files.readString(file).strip() : create(file);
            if (!ID.matcher(id).matches()) {
                throw new UnusableDataDirectoryException(
                        "the file " + file + " does not hold an id; delete it to get a new one", null);
            }
            return id;
        } catch (IOException e) {
            throw new UnusableDataDirectoryException("the file " + file + " cannot be used: " + e, e);
        }
    }

    private static String create(Path file) throws IOException {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        PrivateFiles.write(file, id + "\n");
        return id;
    }
}
