package dev.claudepool.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The file that keeps the admin token between starts, readable by its owner only from its first byte on. */
class TokenFile {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    TokenFile(Path file) {
        this.file = file;
    }

    /** @throws UnusableTokenException when the file can be neither read nor made */
    AdminToken readOrCreate() {
        try {
            return Files.exists(file) ? read() : create();
        } catch (IOException e) {
            throw new UnusableTokenException("the file " + file + " cannot be used: " + e, e);
        }
    }

    private AdminToken read() throws IOException {
        Files.setPosixFilePermissions(file, OWNER_ONLY);
        String text = Files.readString(file).strip();
        if (text.isEmpty()) {
            throw new UnusableTokenException("the file " + file + " is empty; delete it to get a new token");
        }
        return new AdminToken.Kept(new AccessToken(text), file);
    }

    /** Writes beside and moves, so that a crash never leaves half a token. */
    private AdminToken create() throws IOException {
        AccessToken token = AccessToken.random(new SecureRandom());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel =
                FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap((token.value() + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, ATOMIC_MOVE);
        return new AdminToken.Created(token, file);
    }
}
