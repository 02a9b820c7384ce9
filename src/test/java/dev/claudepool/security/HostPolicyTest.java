package dev.claudepool.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, '', localhost:8080, true",
        "127.0.0.1, '', LOCALHOST, true",
        "127.0.0.1, '', 127.0.0.1:8080, true",
        "127.0.0.1, '', [::1]:8080, true",
        "::1, '', evil.example:8080, false",
        "127.0.0.1, '', evil.example, false",
        "127.0.0.1, '', localhost.evil.example, false",
        "127.0.0.1, '', , false",
        "127.0.0.1, Pool.example, pool.example:8080, true",
        "127.0.0.1, pool.example, localhost, true",
        "127.0.0.1, pool.example, evil.example, false",
        "0.0.0.0, '', anything.example, true",
        "0.0.0.0, '', , true",
        "0.0.0.0, pool.example, anything.example, false",
        "0.0.0.0, pool.example, pool.example, true",
    })
    void allowsItsOwnNames(String boundTo, String allowed, String host, boolean allows) {
        HostPolicy policy =
                HostPolicy.of(InetAddress.ofLiteral(boundTo), allowed.isEmpty() ? List.of() : List.of(allowed));

        assertThat(policy.allows(host)).isEqualTo(allows);
    }
}
