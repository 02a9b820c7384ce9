package dev.claudepool.security;

import dev.claudepool.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in the data directory that keeps the hash of an admin token that nobody configured. The token itself is not
 * kept: tasks work as the same user, and might read it.
 */
class TokenHashFile {

    private static final Logger log = LoggerFactory.getLogger(TokenHashFile.class);

    private final Path file;
    private final Path plainText;

    /** @param directory the data directory */
    TokenHashFile(Path directory) {
        this.file = directory.resolve("token.sha256");
        this.plainText = directory.resolve("token");
    }

    Path path() {
        return file;
    }

    /**
     * The hash, if there is one yet. A token in plain text, which earlier versions kept, is replaced by its hash.
     *
     * @throws UnusableTokenException when the file cannot be read, or holds something else
     */
    Optional<TokenHash> read() {
        try {
            if (Files.exists(plainText, LinkOption.NOFOLLOW_LINKS)) {
                replacePlainText();
            }
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(new TokenHash(readNoLink(file)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new UnusableTokenException("the file " + file + " holds no hash; delete it to get a new token", e);
        } catch (IOException e) {
            throw new UnusableTokenException("the file " + file + " cannot be used: " + e, e);
        }
    }

    /** @throws UnusableTokenException when it cannot be written */
    void write(TokenHash hash) {
        try {
            PrivateFiles.write(file, hash.hex() + "\n");
        } catch (IOException e) {
            throw new UnusableTokenException("the file " + file + " cannot be written: " + e, e);
        }
    }

    private void replacePlainText() throws IOException {
        write(TokenHash.of(new AccessToken(readNoLink(plainText))));
        Files.delete(plainText);
        log.warn(
                "Replaced the admin token in {} by its hash; the token stays valid. If you have no copy of it, delete {}"
                        + " and restart to get a new one",
                plainText,
                file);
    }

    private static String readNoLink(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is not a regular file");
        }
        return Files.readString(file).strip();
    }
}
