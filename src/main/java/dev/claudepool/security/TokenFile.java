package dev.claudepool.security;

import dev.claudepool.store.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of {@code claude-pool.security.token-file}, which the operator shares with clients: the token alone, or the
 * line {@code Authorization: Bearer <token>}, which {@code curl -H @file} can send.
 */
class TokenFile {

    private static final Pattern HEADER =
            Pattern.compile("Authorization:\\s*Bearer\\s+(\\S+)", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 8192;

    private final Path file;

    TokenFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Reads the token; where there is no file, makes one with a new token in it, as a header line.
     *
     * @throws UnusableTokenException when the file can be neither read nor made, or holds no token
     */
    AdminToken.InFile readOrCreate() {
        try {
            if (!Files.exists(file)) {
                String token = AccessToken.random(new SecureRandom()).value();
                PrivateFiles.write(file, "Authorization: Bearer " + token + "\n");
            }
            return read();
        } catch (IOException e) {
            throw new UnusableTokenException("the file " + file + " cannot be used: " + e, e);
        }
    }

    private AdminToken.InFile read() throws IOException {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
        }
        if (text.isEmpty()) {
            throw new UnusableTokenException("the file " + file + " is empty; delete it to get a new token");
        }
        Matcher header = HEADER.matcher(text);
        boolean isHeader = header.matches();
        AccessToken token = new AccessToken(isHeader ? header.group(1) : text);
        return new AdminToken.InFile(TokenHash.of(token), file, isHeader);
    }
}
