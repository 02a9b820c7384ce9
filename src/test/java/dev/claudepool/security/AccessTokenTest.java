package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {

    @Test
    void matchesItselfOnly() {
        AccessToken token = new AccessToken("open-sesame");

        assertThat(token.matches("open-sesame")).isTrue();
        assertThat(token.matches("open-sesam")).isFalse();
        assertThat(token.matches("open-sesame ")).isFalse();
        assertThat(token.matches("")).isFalse();
    }

    @Test
    void hidesItsValue() {
        assertThat(new AccessToken("open-sesame").toString()).doesNotContain("sesame");
        assertThat(Grant.admin(new AccessToken("open-sesame")).toString()).doesNotContain("sesame");
        assertThat(new AdminToken.Configured(new AccessToken("open-sesame")).toString())
                .doesNotContain("sesame");
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
