package dev.claudepool.security;

import java.io.Console;
import java.security.SecureRandom;
import java.util.Optional;

/** Finds the admin token at the start, or makes one. */
final class AdminTokens {

    private AdminTokens() {}

    /**
     * Takes the configured token, that of the configured file, the one of earlier starts, or a new one.
     *
     * @param terminal whether a new token can be shown to a person; where it cannot, it would end up in a log
     * @throws UnusableTokenException when there is none, or it cannot be used
     */
    static AdminToken find(SecurityProperties properties, TokenHashFile hashFile, boolean terminal) {
        return properties
                .configuredToken()
                .<AdminToken>map(text -> new AdminToken.Configured(TokenHash.of(new AccessToken(text))))
                .or(() -> properties.configuredTokenFile().map(file -> new TokenFile(file).readOrCreate()))
                .or(() -> hashFile.read().map(AdminToken.Kept::new))
                .orElseGet(() -> create(terminal));
    }

    private static AdminToken create(boolean terminal) {
        if (!terminal) {
            throw new UnusableTokenException("none is configured, and there is no terminal on which a new one could be"
                    + " shown without being kept in a log");
        }
        return new AdminToken.Created(AccessToken.random(new SecureRandom()));
    }

    /** Returns whether standard input and output are a terminal. */
    static boolean outputIsTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
