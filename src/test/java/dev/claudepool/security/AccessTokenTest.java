package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {

    private static final String SESAME = "open-sesame-open-sesame-open-ses";

    @Test
    void itsHashMatchesItselfOnly() {
        TokenHash hash = TokenHash.of(new AccessToken(SESAME));

        assertThat(hash.matches(SESAME)).isTrue();
        assertThat(hash.matches(SESAME.substring(1))).isFalse();
        assertThat(hash.matches(SESAME + " ")).isFalse();
        assertThat(hash.matches(hash.hex())).isFalse();
        assertThat(hash.matches("")).isFalse();
    }

    @Test
    void refusesWhatIsShortEnoughToBeGuessed() {
        assertThatThrownBy(() -> new AccessToken(SESAME.substring(1)))
                .isInstanceOf(UnusableTokenException.class)
                .hasMessageContaining("fewer than 32 characters")
                .message()
                .doesNotContain("sesame");
    }

    @Test
    void hidesItsValue() {
        assertThat(new AccessToken(SESAME).toString()).doesNotContain("sesame");
        assertThat(new AdminToken.Created(new AccessToken(SESAME)).toString()).doesNotContain("sesame");
    }

    @Test
    void randomOnesAreLongAndDiffer() {
        SecureRandom random = new SecureRandom();

        assertThat(AccessToken.random(random).value())
                .hasSizeGreaterThan(40)
                .isNotEqualTo(AccessToken.random(random).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "naïve", "quote\"", "", "line\nfeed"})
    void refusesWhatNoHeaderCanCarryWithoutShowingIt(String text) {
        assertThatThrownBy(() -> new AccessToken(text))
                .isInstanceOf(UnusableTokenException.class)
                .message()
                .doesNotContain("two words", "naïve", "quote", "feed");
    }
}
