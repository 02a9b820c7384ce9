package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {

    private final OriginPolicy policy = new OriginPolicy(List.of("https://dash.example", "http://localhost:3000"));

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, true",
        "HTTP://LOCALHOST:8080, true",
        "https://dash.example, true",
        "https://dash.example:443, true",
        "http://localhost:3000, true",
        "http://localhost, false",
        "http://localhost:8081, false",
        "https://localhost:8080, false",
        "http://dash.example, false",
        "https://dash.example.evil, false",
        "https://evil.example, false",
        "null, false",
    })
    void allowsItsOwnPagesAndTheListed(String origin, boolean allows) {
        assertThat(policy.allows(origin, "http", "localhost:8080")).isEqualTo(allows);
    }

    @Test
    void allowsClientsThatAreNoPages() {
        assertThat(policy.allows(null, "http", "localhost:8080")).isTrue();
    }

    @Test
    void knowsThatDefaultPortsMayBeLeftOut() {
        assertThat(policy.allows("https://pool.example", "https", "pool.example:443"))
                .isTrue();
        assertThat(policy.allows("http://pool.example:80", "http", "pool.example"))
                .isTrue();
        assertThat(policy.allows("http://pool.example:443", "http", "pool.example"))
                .isFalse();
    }
}
