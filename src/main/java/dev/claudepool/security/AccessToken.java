package dev.claudepool.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A secret that lets its bearer in; never shown by {@link #toString()}.
 *
 * @param value text that an {@code Authorization: Bearer} header can carry (RFC 6750)
 */
record AccessToken(String value) {

    private static final Pattern BEARER_SYNTAX = Pattern.compile("[A-Za-z0-9\\-._~+/]+=*");
    private static final int RANDOM_BYTES = 32;

    AccessToken {
        if (!BEARER_SYNTAX.matcher(value).matches()) {
            throw new UnusableTokenException(
                    "the admin token has characters that a bearer token cannot have; letters, digits and -._~+/ are"
                            + " allowed");
        }
    }

    static AccessToken random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new AccessToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Compares in a time that tells nothing about the secret, its length included. */
    boolean matches(String presented) {
        return MessageDigest.isEqual(digest(value), digest(presented));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "AccessToken[redacted]";
    }
}
