package dev.claudepool.security;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A secret that lets its bearer in; never shown by {@link #toString()}.
 *
 * @param value text that an {@code Authorization: Bearer} header can carry (RFC 6750), of at least 32 characters
 */
record AccessToken(String value) {

    private static final Pattern BEARER_SYNTAX = Pattern.compile("[A-Za-z0-9\\-._~+/]+=*");
    private static final int SHORTEST = 32;
    private static final int RANDOM_BYTES = 32;

    /** @throws UnusableTokenException when no header can carry it, or when it is short enough to be guessed */
    AccessToken {
        if (!BEARER_SYNTAX.matcher(value).matches()) {
            throw new UnusableTokenException(
                    "the admin token has characters that a bearer token cannot have; letters, digits and -._~+/ are"
                            + " allowed");
        }
        if (value.length() < SHORTEST) {
            throw new UnusableTokenException(
                    "the admin token has fewer than " + SHORTEST + " characters, so it could be guessed");
        }
    }

    static AccessToken random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new AccessToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    @Override
    public String toString() {
        return "AccessToken[redacted]";
    }
}
