package dev.claudepool.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What the service keeps of a token in order to recognize it. Tokens are long and random, so a plain hash does not help
 * anybody to find them.
 *
 * @param hex the SHA-256 of the token's UTF-8 bytes, in 64 lower-case hexadecimal digits
 */
record TokenHash(String hex) {

    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when {@code hex} is not a SHA-256 */
    TokenHash {
        if (!SYNTAX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a token's hash has 64 hexadecimal digits");
        }
    }

    static TokenHash of(AccessToken token) {
        return new TokenHash(sha256(token.value()));
    }

    /** Compares in a time that reveals nothing about the token, including its length. */
    boolean matches(String presented) {
        return MessageDigest.isEqual(hex.getBytes(UTF_8), sha256(presented).getBytes(UTF_8));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
